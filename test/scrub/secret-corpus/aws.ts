import { CARRIERS, HOLDERS } from './carriers.ts';
import { awsKey, awsSecret } from './bodies.ts';
import { alnum, b64, bytesB64, hex, upperDigits, uuid } from './random.ts';
import { createCases, mark } from './cases.ts';
import type { SecretCases } from './cases.ts';

export const AWS_CASES: SecretCases = createCases();
const { hit, hitAs, keep } = AWS_CASES;

const PREFIXES = ['AKIA', 'ASIA', 'ABIA', 'ACCA'];
Object.values(CARRIERS).forEach((carry, i) => hit('aws_key', carry(mark(awsKey(PREFIXES[i % 4])))));
Object.values(HOLDERS).forEach((hold, i) => hit('aws_key', hold(mark(awsKey(PREFIXES[i % 4])))));
const keyId = (p?: string): string => mark(awsKey(p));
hit('aws_key', `[default]\naws_access_key_id = ${keyId()}\nregion = eu-west-1`);
hit('aws_key', `AWS_ACCESS_KEY_ID=${keyId('ASIA')}`);
hit('aws_key', `export AWS_ACCESS_KEY_ID=${keyId()}`);
hit('aws_key', { accessKeyId: keyId() });
hit('aws_key', { credentials: { accessKeyId: keyId('ASIA'), region: 'eu-west-1' } }, { credentials: '«x»' });
hit('aws_key', { 'aws.accessKeyId': keyId() });
hit('aws_key', { AccessKeyId: keyId(), UserName: 'ci', Status: 'Active' });
hit('aws_key', new Map([['AWS_ACCESS_KEY_ID', keyId()]]));
hit('aws_key', { env: [{ name: 'AWS_ACCESS_KEY_ID', value: keyId() }] });
hit(
  'aws_key',
  `https://b.s3.amazonaws.com/o?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${keyId()}%2F20240501%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20240501T000000Z`,
);
hit('aws_key', `https://b.s3.amazonaws.com/o?X-Amz-Credential=${keyId()}/20240501/eu-west-1/s3/aws4_request`);
hit('aws_key', `https://b.s3.amazonaws.com/o?AWSAccessKeyId=${keyId()}&Expires=1714560000`);
hit(
  'aws_key',
  `AWS4-HMAC-SHA256 Credential=${keyId()}/20240501/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date`,
);
hit('aws_key', `The AWS Access Key Id ${keyId()} you provided does not exist in our records.`);
hit('aws_key', `<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>${keyId()}</AWSAccessKeyId></Error>`);
hit('aws_key', `InvalidClientTokenId: key ${keyId('ASIA')} is not valid`);
hit('aws_key', `provider "aws" {\n  access_key = "${keyId()}"\n  region     = "us-east-1"\n}`);
hit('aws_key', `AWS_ACCESS_KEY_ID: ${keyId()} # prod`);
hit('aws_key', `aws configure set aws_access_key_id ${keyId()} --profile prod`);
hit('aws_key', `spring.cloud.aws.credentials.access-key=${keyId()}`);
hit('aws_key', `new AWS.S3({ accessKeyId: '${keyId()}', region: 'us-east-1' })`);
hit('aws_key', `boto3.client("s3", aws_access_key_id="${keyId()}")`);
hit('aws_key', `credentials.NewStaticCredentials("${keyId()}", os.Getenv("S"), "")`);
hit('aws_key', `arn:aws:iam::123456789012:user/ci has keys ${keyId()} and ${keyId()}`);
hit('aws_key', `userIdentity.accessKeyId=${keyId('ASIA')} eventName=AssumeRole`);
hit('aws_key', `"accessKeyId": "${keyId()}",\n"eventTime": "2024-05-01T00:00:00Z"`);
hit('aws_key', `Zugriffsschlüssel: ${keyId()}`);
hit('aws_key', `アクセスキー${keyId()}です`);

// ---- aws_secret
const secret = (): string => mark(awsSecret());
const expectSecret = (value: unknown, ...alternatives: unknown[]): void =>
  hit('aws_secret', value, ...alternatives);
for (const name of [
  'aws_secret_access_key',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'aws_secret_key',
  'S3_SECRET_ACCESS_KEY',
  'awsSecretAccessKey',
  'AwsSecretKey',
]) {
  expectSecret(`${name}=${secret()}`);
  expectSecret(`${name} = ${secret()}\nregion = x`);
  expectSecret(`"${name}": "${secret()}"`);
  expectSecret(`export ${name}='${secret()}'`);
  expectSecret(`${name}: ${secret()}`);
}
expectSecret(
  `[default]\naws_access_key_id = «aws_key::${awsKey()}»\naws_secret_access_key = ${secret()}\nregion = eu-west-1`,
);
expectSecret(`User name,Password,Access key ID,Secret access key\nci,,«aws_key::${awsKey()}»,${secret()}`);
expectSecret(`Access key ID,Secret access key\r\n«aws_key::${awsKey()}»,${secret()}\r\n`);
expectSecret(`s3://«aws_key::${awsKey()}»:${secret().replaceAll('/', 'x')}@bucket/prefix`);
expectSecret(`«aws_key::${awsKey()}»:${secret()}`);
expectSecret(`the AWS secret access key is ${secret()} and must be rotated`);
expectSecret(`provider "aws" {\n  access_key = "«aws_key::${awsKey()}»"\n  secret_key = "${secret()}"\n}`);
expectSecret(
  `boto3.client("s3", aws_access_key_id="«aws_key::${awsKey()}»", aws_secret_access_key="${secret()}")`,
);
expectSecret(`new AWS.S3({ accessKeyId: '«aws_key::${awsKey()}»', secretAccessKey: '${secret()}' })`);
expectSecret(`credentials.NewStaticCredentials("«aws_key::${awsKey()}»", "${secret()}", "")`);
expectSecret(`BasicAWSCredentials("«aws_key::${awsKey()}»", "${secret()}")`);
expectSecret(
  `<AccessKeyId>«aws_key::${awsKey()}»</AccessKeyId><SecretAccessKey>${secret()}</SecretAccessKey>`,
);
expectSecret(
  `{"AccessKeyId":"«aws_key::${awsKey('ASIA')}»","SecretAccessKey":"${secret()}","Expiration":"2024-05-01T00:00:00Z"}`,
);
expectSecret(
  `{"m":"{\\"AccessKeyId\\":\\"«aws_key::${awsKey('ASIA')}»\\",\\"SecretAccessKey\\":\\"${secret()}\\"}"}`,
);
expectSecret(`aws configure set aws_secret_access_key ${secret()}`);
expectSecret(`AWS_SECRET_ACCESS_KEY: "${secret()}" # prod`);
expectSecret(`--aws-secret-access-key ${secret()} --region us-east-1`);
expectSecret(`- name: AWS_SECRET_ACCESS_KEY\n  value: ${secret()}`);
expectSecret(`spring.cloud.aws.credentials.secret-key=${secret()}`);
expectSecret(`fs.s3a.secret.key=${secret()}`);
expectSecret(`aws.secretKey => ${secret()}`);
expectSecret(`AWS secret: ${secret()}`);
expectSecret(`aws creds «aws_key::${awsKey()}» / ${secret()}`);
hitAs('aws_secret', ['sensitive_name'], { secretAccessKey: secret() });
hitAs('aws_secret', ['sensitive_name'], { SecretAccessKey: secret(), AccessKeyId: `«aws_key::${awsKey()}»` });
hitAs(
  'aws_secret',
  ['sensitive_name'],
  { credentials: { secretAccessKey: secret(), accessKeyId: `«aws_key::${awsKey()}»` } },
  { credentials: '«x»' },
);
hitAs('aws_secret', ['sensitive_name'], new Map([['AWS_SECRET_ACCESS_KEY', secret()]]));
hitAs('aws_secret', ['sensitive_name'], { env: [{ name: 'AWS_SECRET_ACCESS_KEY', value: secret() }] });
hitAs('aws_secret', ['sensitive_name'], [['aws_secret_access_key', secret()]]);
expectSecret({ id: `«aws_key::${awsKey()}»`, value: secret() });
expectSecret({ pair: [`«aws_key::${awsKey()}»`, secret()] });
expectSecret({ note: `aws secret key ${secret()}` });
expectSecret({ body: Buffer.from(`aws_secret_access_key=${secret()}`) });
const session = (): string => mark(`IQoJb3JpZ2luX2Vj${b64(400)}=`);
hitAs('aws_secret', ['oauth_token', 'api_key'], `AWS_SESSION_TOKEN=${session()}`);
hitAs('aws_secret', ['oauth_token', 'api_key'], `aws_session_token = ${session()}`);
hitAs('aws_secret', ['oauth_token', 'api_key'], `{"SessionToken":"${session()}","Expiration":"x"}`);
hitAs('aws_secret', ['oauth_token', 'api_key', 'sensitive_name'], { sessionToken: session() });
hitAs('aws_secret', ['oauth_token', 'api_key'], session());
hitAs(
  'aws_secret',
  ['oauth_token', 'api_key'],
  `https://b.s3.amazonaws.com/o?X-Amz-Security-Token=${mark(`IQoJb3JpZ2luX2Vj${alnum(300)}`)}&X-Amz-Date=20240501T000000Z`,
);
expectSecret(
  `AWS_SECRET_ACCESS_KEY=${mark(encodeURIComponent(`wJa${awsSecret().slice(0, 20)}/9+${alnum(15)}`))}&x=1`,
);

// ---- negatives
keep(
  'aws_key',
  `AIDA${upperDigits(17)}`,
  `AROA${upperDigits(17)}`,
  `ANPA${upperDigits(17)}`,
  `AGPA${upperDigits(17)}`,
  `ANVA${upperDigits(17)}`,
  `AIPA${upperDigits(17)}`,
  'arn:aws:iam::123456789012:user/deploy',
  'arn:aws:s3:::my-bucket/AKIA/readme.txt',
  'arn:aws:lambda:us-east-1:123456789012:function:ASIA-reporter',
  'i-0abcd1234efgh5678',
  'vpc-0a1b2c3d4e5f67890',
  'ami-0c55b159cbfafe1f0',
  'sg-903004f8',
  'subnet-0bb1c79de3EXAMPLE',
  'eipalloc-64d5890a',
  'AKIA',
  'ASIA',
  'AKIA1234',
  'akiaabcdefgh23456723',
  `X${awsKey()}`,
  `${awsKey()}XYZ`,
  'ASIA-PACIFIC-REGION-2024',
  'ASIAPACIFICREGIONALSALESTEAM',
  'ASIA_PACIFIC_HEADQUARTERS',
  'access keys start with AKIA or ASIA',
  'AKIA<your key id>',
  'AKIA****************',
  'AKIA${KEY_SUFFIX}',
  `AKIA${'X'.repeat(16)}`,
  'aws_access_key_id = <your-access-key-id>',
  'AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID}',
  'AWS_ACCESS_KEY_ID=',
  'accessKeyId: process.env.AWS_ACCESS_KEY_ID',
  'aws_access_key_id = os.environ["AWS_ACCESS_KEY_ID"]',
  'E2QWRUHEXAMPLE',
  'Z3M3LMPEXAMPLE',
  `us-east-1_${alnum(9)}`,
  `us-east-1:${uuid()}`,
  'cognito-idp.us-east-1.amazonaws.com',
  '123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1.0',
  'AWSReservedSSO_AdministratorAccess_0123456789abcdef',
  'AWSServiceRoleForAutoScaling',
  'x-amz-request-id: 4442587FB7D0A2F9',
  `x-amz-id-2: ${bytesB64(56)}`,
  `1-5759e988-${hex(24)}`,
  `Root=1-5759e988-${hex(24)}`,
  'eu-west-1a',
  `snap-${hex(17)}`,
  `vol-${hex(17)}`,
  `eni-${hex(17)}`,
  `rtb-${hex(17)}`,
  `s3://bucket/key/${uuid()}.parquet`,
  `https://sqs.us-east-1.amazonaws.com/123456789012/queue-${hex(6)}`,
  'ACCAREGIONALOFFICE',
  'ABIAKKA',
);
keep(
  'aws_key',
  { accessKeyId: '' },
  { region: 'ap-southeast-1', partition: 'ASIA' },
  { continent: 'ASIA', market: 'ASIAPAC' },
  { UserId: `AIDA${upperDigits(17)}`, Arn: 'arn:aws:iam::123456789012:user/Bob' },
  { roleId: `AROA${upperDigits(17)}:session` },
  { accessKeyCount: 2 },
  { accessKeyId: null },
  `{"UserId":"AIDA${upperDigits(17)}","Account":"123456789012"}`,
  `{"RoleId": "AROA${upperDigits(17)}"}`,
);
keep(
  'aws_secret',
  `commit ${hex(40)} removes the aws secret key from the config`,
  `aws secrets manager sync done, sha1 ${hex(40)}`,
  `AWS_COMMIT_SHA=${hex(40)}`,
  `arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/app/database/password-AbCdEf`,
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:MyVeryLongSecretNameForTheDatabase-a1B2c3`,
  'aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}',
  'aws_secret_access_key = <your-secret-access-key>',
  'AWS_SECRET_ACCESS_KEY=',
  'AWS_SECRET_ACCESS_KEY=$SECRET',
  'AWS_SECRET_ACCESS_KEY=${{ secrets.AWS_SECRET_ACCESS_KEY }}',
  'secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY',
  'aws_secret_access_key = ****************************************',
  'aws_secret_access_key = YOUR_SECRET_ACCESS_KEY_HERE',
  'aws_secret_access_key=os.getenv("AWS_SECRET_ACCESS_KEY")',
  'The AWS secret access key has 40 characters',
  'InvalidSignatureException: check your AWS Secret Access Key and signing method',
  'SignatureDoesNotMatch: The request signature we calculated does not match',
  `aws s3 etag "${hex(32)}"`,
  `aws lambda CodeSha256 ${bytesB64(32)}`,
  `aws ecr digest sha256:${hex(64)}`,
  `X-Amz-Signature=${hex(64)}`,
  `X-Amz-Content-Sha256: ${hex(64)}`,
  `versionId ${b64(32).replace(/[+/]/g, '_')}`,
  'aws secret rotation: /aws/reference/secretsmanager/prod/database/credentials',
  'com.amazonaws.services.secretsmanager.AWSSecretsManagerClientBuilder',
  'AwsSecretsManagerConfigurationPropertySource',
  'aws/secrets/AbstractSecretsManagerFactoryBean42Configuration',
  'node_modules/aws-sdk/clients/secretsmanager.d.ts',
  `"integrity": "sha512-${bytesB64(64)}" // aws-sdk secrets`,
  `"aws-sdk-js": "sha1-${bytesB64(20)}"`,
  'secret/data/aws/production/access/keys/2024',
  `uuid ${uuid()} aws secret`,
  `Bearer realm="aws"`,
  'aws secret key rotation took 40 seconds',
  'awsSecretName=prod/db',
  'AWS_SECRET_NAME=production/payments/database',
  'AWS_SECRET_ID=prod/payments/database',
  'aws_secret_arn=arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf',
  'AWS_SECRET_ACCESS_KEY is not set',
  'Missing AWS_SECRET_ACCESS_KEY',
  'awsSecretAccessKey?: string;',
  'interface Credentials { accessKeyId: string; secretAccessKey: string; sessionToken?: string }',
  'const { accessKeyId, secretAccessKey } = await provider();',
  'aws secretsmanager get-secret-value --secret-id prod/db --query SecretString',
  `aws kms key ${uuid()}`,
  `arn:aws:kms:us-east-1:123456789012:key/${uuid()}`,
  `aws access log ${hex(40)} 200`,
  `aws secret version ${uuid()}`,
  `data:image/png;base64,iVBORw0KGgo${b64(60)} aws secret`,
  `the aws key file s3://bucket/${hex(20)}/${hex(20)}`,
);
keep(
  'aws_secret',
  { secretAccessKey: '' },
  { secretAccessKey: null },
  { secretAccessKey: undefined },
  { awsSecretName: 'prod/db' },
  { secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf' },
  { awsSecretId: 'prod/db' },
  { secretVersionId: uuid() },
  { aws: { commit: hex(40), secretsEnabled: true } },
  { secretAccessKey: '${AWS_SECRET_ACCESS_KEY}' },
  { SecretVersionsToStages: { [uuid()]: ['AWSCURRENT'] } },
  { awsRequestId: uuid(), functionVersion: '$LATEST' },
);
