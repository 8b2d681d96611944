import { createPostgresOpener } from './postgres-opener.ts';
import { describeStoreContract } from './store-contract.ts';

describeStoreContract('the PostgreSQL store', createPostgresOpener());
