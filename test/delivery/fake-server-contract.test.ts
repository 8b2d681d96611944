import { describeControlServerContract } from '../helpers/control-server-contract.ts';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';

describeControlServerContract('the fake server of the tests', () => startFakeControlServer());
