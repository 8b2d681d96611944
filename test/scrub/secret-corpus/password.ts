import { alnum } from './random.ts';
import { createCases, mark } from './cases.ts';
import type { SecretCases } from './cases.ts';

export const PASSWORD_CASES: SecretCases = createCases();
const { hit, hitAs, keep } = PASSWORD_CASES;
const W = [
  'correct-horse',
  'Tr0ub4dor&3',
  'hunter2',
  'S3cr3t!pass',
  'pa$$w0rd99',
  'qwertz#2024',
  'Sommer2024!',
  'letmein42',
  'x9$Kq!2mPz',
  'zaq1@WSX',
];
let i = 0;
const word = (): string => mark(W[i++ % W.length]!);
const plain = (n = 12): string => mark(`${alnum(n)}7a`); // plain, for places where quoting matters
const expectPassword = (v: unknown, ...a: unknown[]): void => hit('password', v, ...a);
for (const name of [
  'password',
  'passwd',
  'pwd',
  'PASSWORD',
  'DB_PASSWORD',
  'dbPassword',
  'userPassword',
  'user_password',
  'passphrase',
  'MYSQL_ROOT_PASSWORD',
  'POSTGRES_PASSWORD',
  'REDIS_PASS',
  'admin-password',
  'smtp_pass',
  'spring.datasource.password',
]) {
  expectPassword(`${name}=${word()}`);
  expectPassword(`${name}: ${word()}`);
  expectPassword(`"${name}": "${word()}"`);
  expectPassword(`${name} = '${word()}'`);
}
expectPassword(`{\\"user\\":\\"ada\\",\\"password\\":\\"${plain()}\\"}`);
expectPassword(`{"log":"{\\"password\\":\\"${plain()}\\",\\"n\\":1}"}`);
expectPassword(`{\\\\\\"password\\\\\\":\\\\\\"${plain()}\\\\\\"}`);
expectPassword(`%22password%22%3A%22${plain()}%22%2C%22n%22%3A1`);
expectPassword(`password%3D${plain()}%26user%3Dada`);
expectPassword(`username=ada&password=${plain()}&remember=1`);
expectPassword(`https://x.example.com/login?user=ada&password=${plain()}&next=%2F`);
expectPassword(`https://x.example.com/login?pwd=${plain()}#top`);
expectPassword(`<password>${plain()}</password>`);
expectPassword(`<user name="ada" password="${word()}"/>`);
expectPassword(`<property name="password" value="${word()}"/>`);
expectPassword(`<property name="hibernate.connection.password">${plain()}</property>`);
expectPassword(`<wsse:Password Type="x#PasswordText">${plain()}</wsse:Password>`);
expectPassword(`<add key="DbPassword" value="${word()}"/>`);
expectPassword(`- name: DB_PASSWORD\n  value: ${plain()}`);
expectPassword(`- name: DB_PASSWORD\n  value: "${word()}"`);
expectPassword(`{"name":"DB_PASSWORD","value":"${word()}"}`);
expectPassword(`environment:\n  - POSTGRES_PASSWORD=${plain()}\n  - POSTGRES_USER=app`);
expectPassword(`ENV MYSQL_PASSWORD ${plain()}`);
expectPassword(`docker run -e MYSQL_ROOT_PASSWORD=${plain()} mysql:8`);
expectPassword(`stringData:\n  password: ${plain()}\n  username: app`);
expectPassword(`password: >-\n  ${plain()}`, `password: «>-\n  x»`);
expectPassword(`kubectl create secret generic db --from-literal=password=${plain()}`);
expectPassword(`docker login -u ada -p ${plain()} registry.example.com`);
expectPassword(`echo ${plain()} | docker login -u ada --password-stdin`);
expectPassword(`mysql -u root -p${plain()} app`);
expectPassword(`mysql --user=root --password=${plain()} app`);
expectPassword(`PGPASSWORD=${plain()} psql -h db -U app`);
expectPassword(`sshpass -p '${word()}' ssh ada@10.0.0.1`.replace('ada@10.0.0.1', 'host1'));
expectPassword(`sshpass -p ${plain()} scp a host1:`);
expectPassword(`curl -u ada:${plain()} https://x.example.com`);
expectPassword(`curl --user ada:${plain()} https://x.example.com`);
expectPassword(`wget --password=${plain()} https://x.example.com`);
expectPassword(`net use \\\\srv\\c ${plain()} /user:ada`);
expectPassword(`redis-cli -a ${plain()} ping`);
expectPassword(`mongosh --username ada --password ${plain()}`);
expectPassword(`htpasswd -b .htpasswd ada ${plain()}`);
expectPassword(`openssl rsa -passin pass:${plain()} -in a.pem`);
expectPassword(`sqlcmd -S srv -U sa -P ${plain()}`);
expectPassword(`keytool -storepass ${plain()} -list`);
expectPassword(`useradd -p ${plain()} ada`);
expectPassword(`ansible-playbook -e ansible_password=${plain()} site.yml`);
expectPassword(`smbclient //srv/c -U ada%${plain()}`);
expectPassword(`ldapsearch -D cn=admin -w ${plain()}`);
for (const scheme of [
  'postgres',
  'postgresql',
  'mysql',
  'mongodb',
  'mongodb+srv',
  'redis',
  'rediss',
  'amqp',
  'amqps',
  'mssql',
  'mariadb',
  'clickhouse',
  'cockroachdb',
  'ftp',
  'sftp',
  'https',
  'smtp',
  'ldap',
  'kafka',
  'nats',
  'mqtt',
  'oracle',
  'couchdb',
  'neo4j+s',
  'elasticsearch',
  'socks5',
  'rtsp',
])
  expectPassword(`${scheme}://app:${plain(8)}@db.internal.example.com:5432/main?x=1`);
expectPassword(`redis://:${plain()}@cache.internal:6379/0`);
expectPassword(`jdbc:postgresql://db:5432/x?user=app&password=${plain()}&ssl=true`);
expectPassword(`jdbc:sqlserver://db:1433;databaseName=x;user=sa;password=${plain()};encrypt=true`);
expectPassword(`jdbc:oracle:thin:scott/${plain()}@db:1521/XE`);
expectPassword(`Server=db;Database=x;User Id=sa;Password=${plain()};Encrypt=True`);
expectPassword(`Server=db;Uid=sa;Pwd=${plain()};`);
expectPassword(`host=db port=5432 user=app password=${plain()} dbname=x`);
expectPassword(`host=db user=app password='${word()}' dbname=x`);
expectPassword(`app:${plain()}@tcp(db:3306)/x?parseTime=true`);
expectPassword(`root:${plain()}@unix(/tmp/mysql.sock)/x`);
expectPassword(`Data Source=db;Initial Catalog=x;User ID=sa;Password="${word()}";`);
expectPassword(`mongodb://app:${mark('p%40ss%2Fw0rd')}@a,b,c/x?replicaSet=r`);
expectPassword(`postgres://app:${mark('pa@ss')}@db/x`, `postgres://app:«pa»@ss@db/x`);
expectPassword(`DATABASE_URL="postgres://app:${plain()}@db:5432/x"`);
expectPassword(`connect ECONNREFUSED mysql://root:${plain()}@10.0.0.5:3306/x`);
expectPassword(`smtps://mailer:${plain()}@mx.example.com:465`);
expectPassword(
  `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="${word()}";`,
);
expectPassword(`https://ada:${plain()}@git.example.com/a.git`);
expectPassword(`fatal: unable to access 'https://ada:${plain()}@git.example.com/a.git/': 403`);
expectPassword(`machine git.example.com login ada password ${plain()}`);
expectPassword(`db:5432:x:app:${plain()}`);
expectPassword(`CREATE USER app IDENTIFIED BY '${word()}';`);
expectPassword(`ALTER USER app WITH PASSWORD '${word()}';`);
expectPassword(`CREATE ROLE app LOGIN PASSWORD '${word()}'`);
expectPassword(`ALTER LOGIN sa WITH PASSWORD = N'${word()}';`, `ALTER LOGIN sa WITH PASSWORD = «N'x'»;`);
expectPassword(`SET PASSWORD FOR 'app'@'%' = PASSWORD('${word()}');`);
expectPassword(`GRANT ALL ON x.* TO 'app'@'%' IDENTIFIED BY '${word()}'`);
expectPassword(`UPDATE users SET password = '${word()}' WHERE id = 7`);
expectPassword(`UPDATE users SET password_hash='${mark(`$2b$10$${alnum(53)}`)}' WHERE id=7`);
expectPassword(`CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'a', password '${word()}')`);
expectPassword(`SELECT * FROM users WHERE name = 'ada' AND password = '${word()}'`);
expectPassword(`INSERT INTO users SET name='ada', password='${word()}'`);
expectPassword(`IDENTIFIED WITH mysql_native_password BY '${word()}'`);
expectPassword(`requirepass ${plain()}`);
expectPassword(`AUTH ${plain()}`);
expectPassword(`const password = "${word()}";`);
expectPassword(`let pwd = '${word()}'`);
expectPassword(`password := "${word()}"`);
expectPassword(`String password = "${word()}";`);
expectPassword(`$password = '${word()}';`);
expectPassword(`'password' => '${word()}',`);
expectPassword(`:password => "${word()}"`);
expectPassword(`password: "${word()}",`);
expectPassword(`self.password = "${word()}"`);
expectPassword(`let password: &str = "${word()}";`);
expectPassword(`new Client({ user: 'a', password: '${word()}' })`);
expectPassword(`connect(host="db", password="${word()}")`);
expectPassword(`setPassword("${word()}")`);
expectPassword(`private static final String DB_PASSWORD = "${word()}";`);
expectPassword(`var password string = "${word()}"`);
expectPassword(`@Value("x") password = "${word()}"`);
expectPassword(`PASSWORD='${word()}' ./run.sh`);
expectPassword(`$env:DB_PASSWORD = "${word()}"`);
expectPassword(`set DB_PASSWORD=${plain()}`);
expectPassword(`Access denied for user 'app' (using password: YES) password=${plain()}`);
expectPassword(`login failed: user=ada password=${plain()} ip=10.0.0.1`);
expectPassword(`2024-05-01 WARN auth: {user: ada, password: ${plain()}, ok: false}`);
expectPassword(`Error: bad login {"user":"ada","password":"${word()}"}\n    at login (/srv/a.js:1:2)`);
expectPassword(`{ user: 'ada', password: '${word()}' }`);
expectPassword(`User(name=ada, password=${plain()}, age=7)`);
expectPassword(`User{name='ada', password='${word()}'}`);
expectPassword(`#<User id: 1, password: "${word()}">`);
expectPassword(`password="${word()}" user=ada`);
expectPassword(`[password] => ${plain()}`);
expectPassword(`["password"]=>\n  string(12) "${plain()}"`);
expectPassword(`msg="login" password=${plain()} level=info`);
expectPassword(`Password: ${plain()}\nUser: ada`);
expectPassword(`Your temporary password is ${plain()}`);
expectPassword(`your new password: ${plain()}`);
expectPassword(`the password is "${word()}"`);
expectPassword(`Content-Disposition: form-data; name="password"\r\n\r\n${plain()}\r\n--x`);
expectPassword(`user,password\nada,${plain()}\n`);
for (const name of [
  'contraseña',
  'contrasena',
  'clave',
  'Passwort',
  'Kennwort',
  'senha',
  'mot de passe',
  'motdepasse',
  'пароль',
  '密码',
  '密碼',
  'パスワード',
  '비밀번호',
  'wachtwoord',
  'hasło',
  'lösenord',
])
  expectPassword(`${name}: ${plain()}`);
expectPassword(`密码：${plain()}`);
expectPassword(`パスワード＝${plain()}`);
expectPassword(`MOT_DE_PASSE=${plain()}`);
expectPassword(`Das Passwort lautet ${plain()}`);
expectPassword({ note: `password=${plain()}` });
expectPassword({ body: Buffer.from(`user=ada&password=${plain()}`) });
expectPassword({ url: `postgres://app:${plain()}@db/x` });
expectPassword({ cmd: ['mysql', `--password=${plain()}`] });
hitAs('password', ['sensitive_name'], { argv: ['--password', plain()] });
expectPassword(new Map([['dsn', `mysql://root:${plain()}@db/x`]]));
expectPassword({ raw: `{"password":"${word()}"}` });
expectPassword(['redis://:' + plain() + '@c:6379']);
expectPassword({ dbUrl: `mongodb+srv://a:${plain()}@c.example.net/x` });
hitAs('password', ['sensitive_name'], { url: `https://x.example.com/?password=${plain()}` });

keep(
  'password',
  'your password must have 8 characters',
  'Your password must have at least 8 characters',
  'invalid password',
  'Invalid username or password',
  'password is required',
  'Password: required',
  'password: string',
  'password?: string;',
  'password: String,',
  'password VARCHAR(255) NOT NULL',
  'password text',
  'password',
  'Passwort vergessen?',
  'Forgot password?',
  'Forgot your password? Click here',
  'Reset password',
  'reset_password',
  'password reset',
  'password reset requested for user 42',
  'password_reset_at=2024-05-01',
  'passwordUpdatedAt: 2024-05-01T00:00:00Z',
  'passwords do not match',
  'Password changed successfully',
  'password=null',
  'password=undefined',
  'password=',
  'password=""',
  "password=''",
  'password: null',
  'password: ""',
  '{"password":null}',
  '{"password":""}',
  '{"password":true}',
  'password=********',
  'password: ••••••••',
  'password: xxxxxxxx',
  'password=<password>',
  'password=<your-password>',
  'password=${DB_PASSWORD}',
  'password: ${{ secrets.DB_PASSWORD }}',
  'password: {{ .Values.db.password }}',
  'password=$DB_PASSWORD',
  'password=%DB_PASSWORD%',
  'password: process.env.DB_PASSWORD',
  'password = os.environ["DB_PASSWORD"]',
  'password = os.getenv("DB_PASSWORD")',
  'password: config.password',
  'password = req.body.password',
  'const { password } = req.body;',
  'password = getPassword();',
  'const password = await prompt("Password: ");',
  'const hash = await bcrypt.hash(password, 10);',
  'if (password !== confirmPassword) throw new Error("mismatch");',
  'bcrypt.compare(password, user.passwordHash)',
  'password: z.string().min(8)',
  'password: Joi.string().required()',
  'password: { type: String, required: true }',
  '<input type="password" name="password" placeholder="Password">',
  '<label for="password">Password</label>',
  'type="password"',
  "type: 'password'",
  'password: [REDACTED]',
  'password=[FILTERED]',
  'password: (hidden)',
  'password: <hidden>',
  'PWD=/home/ada',
  'OLDPWD=/srv/app',
  'pwd: /home/ada',
  'PWD=/srv/app/current',
  'passwordPolicy=strong',
  'password_min_length=8',
  'password_encryption = scram-sha-256',
  'password-file: /run/secrets/db',
  'POSTGRES_PASSWORD_FILE=/run/secrets/pg',
  'passwordSecretRef: db-secret',
  'secretKeyRef: { name: db, key: password }',
  'valueFrom:\n  secretKeyRef:\n    name: db-credentials\n    key: password',
  'using password: YES',
  "Access denied for user 'root'@'localhost' (using password: YES)",
  'using password: NO',
  'FATAL: password authentication failed for user "app"',
  'WRONGPASS invalid username-password pair or user is disabled.',
  'NOAUTH Authentication required.',
  'SCRAM-SERVER-FIRST-MESSAGE: client password must be a string',
  'passport=local',
  'passenger: Ada',
  'passing: 12',
  'pass: 12, fail: 0',
  'tests pass: true',
  'passed: 12',
  'bypass=true',
  'compass: north',
  'pass --verbose to see more',
  'passRate=0.98',
  'passCount: 12',
  'pass rate: 98%',
  '12 passed, 3 failed',
  'one-time password',
  'The password field is required.',
  'Bitte Passwort eingeben',
  'Ingrese su contraseña',
  'Введите пароль',
  '请输入密码',
  'パスワードを入力してください',
  '비밀번호를 입력하세요',
  'Mot de passe oublié ?',
  'Das Passwort ist abgelaufen',
  'Senha incorreta',
  'contraseña incorrecta',
  'https://example.com:8080/path',
  'https://ada@example.com:443/x'.replace('ada@', ''),
  'http://user@host/path',
  'postgres://db:5432/x',
  'postgres://app@db:5432/x',
  'redis://cache:6379/0',
  'mongodb://a:27017,b:27017/x',
  'postgres://${USER}:${PASSWORD}@db/x',
  'postgres://<user>:<password>@db/x',
  'postgres://user:********@db/x',
  'postgres://app:[REDACTED]@db/x',
  'postgres://{user}:{password}@db/x',
  'DB_PASSWORD is not set',
  'Missing DB_PASSWORD',
  'export DB_PASSWORD',
  'unset DB_PASSWORD',
  'password strength: weak',
  'password expires in 7 days',
  'PasswordInput',
  'PasswordResetController#create',
  '/users/password/reset',
  '/forgot-password?lang=en',
  'https://example.com/password/edit',
  'passwordless login',
  'password-based',
  'password manager',
  'password: must be a string',
  'password: Must contain a digit',
  '"password" must be a string',
  '"password": "Password"',
  '"password.label": "Your password"',
  '"passwordHint": "Your first pet"',
  '"forgotPassword": "Forgot your password?"',
  '"password": "Passwort"',
  '"password": "Mot de passe"',
  '"password": {"type":"string","minLength":8}',
  'password=false',
  'passwordRequired=true',
  'requirePassword: true',
  'hasPassword=true',
  'isPasswordValid: false',
  'no password supplied',
  'sudo: a password is required',
  'ssh: PasswordAuthentication no',
  'PasswordAuthentication yes',
  'PermitEmptyPasswords no',
  'CREATE USER app;',
  'ALTER USER app PASSWORD NULL',
  'SELECT password FROM users',
  'SELECT id, password FROM users WHERE id = $1',
  'UPDATE users SET password = $1 WHERE id = $2',
  'UPDATE users SET password = ? WHERE id = ?',
  'UPDATE users SET password = :password',
  'password = @password',
  'password = %s',
  "password: '%s'",
  'the password of the day is posted at reception',
  'mysql -u root -p app',
  'docker login --password-stdin',
  'curl -u ada https://example.com',
  'curl --user-agent x:y https://example.com',
  'PASSWORD(expr)',
  'password_hash(PASSWORD_DEFAULT)',
  'django.contrib.auth.hashers.PBKDF2PasswordHasher',
  'org.springframework.security.crypto.password.PasswordEncoder',
);
keep(
  'password',
  { type: 'password', label: 'Password' },
  { name: 'password', type: 'password', required: true },
  { fields: [{ name: 'password', label: 'Password', placeholder: 'Enter your password' }] },
  { passwordUpdatedAt: '2024-05-01' },
  { hasPassword: true },
  { passwordPolicy: { minLength: 8 } },
  { messages: { 'password.required': 'Please enter a password', 'password.tooShort': 'Too short' } },
  { i18n: { forgotPassword: 'Forgot your password?', passwordLabel: 'Password' } },
  { password: null },
  { password: '' },
  { password: true },
  { message: 'invalid password' },
  { errors: [{ field: 'password', message: 'must have 8 characters' }] },
  { passed: 12, failed: 0, pass: true },
  { passenger: 'Ada' },
  { passport: 'required' },
  { compass: 'north' },
  { bypass: 'x' },
  { env: { PWD: '/srv/app', OLDPWD: '/srv' } },
);
