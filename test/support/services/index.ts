/** Real signing services for tests, and servers that misbehave. */

export {
  azureToken,
  azureTokenFor,
  startFakeAzureKeyVault,
  type FakeAzureKeyVault,
} from './fake-azure-key-vault.ts'
export {
  gcpAlgorithms,
  gcpToken,
  startFakeGcpKms,
  type FakeGcpKms,
  type GcpAlgorithmName,
} from './fake-gcp-kms.ts'
export { setAwsEnvironment, useAwsEnvironment } from './aws-environment.ts'
export { awsSigners, type AwsSigner } from './aws-signers.ts'
export {
  startAnsweringServer,
  startHungServer,
  type AnsweringServer,
  type FaultyServer,
} from './faulty-server.ts'
export { compileHangingModule, type HangingModule } from './hanging-module.ts'
export { wrapForImport, wrapPadded } from './key-wrap.ts'
export { startLocalKms, type SeedKey } from './local-kms.ts'
export { startMicroburst, type FaultRule, type Microburst } from './microburst.ts'
export { makeUpVault, type MadeUpVault } from './made-up-vault.ts'
export {
  createAlias,
  createKey,
  importRsaKey,
  region,
  rootCredentials,
  startMinistack,
  testClient,
  type KmsKey,
  type Ministack,
} from './ministack.ts'
export { startOpenBao, startTlsOpenBao, transitKeyTypes, type OpenBao } from './openbao.ts'
export { opencryptokiParts, opencryptokiPin, withOpencryptoki } from './opencryptoki.ts'
export type { Service } from './service.ts'
export {
  reply,
  startToldServer,
  type Tell,
  type ToldRequest,
  type ToldServer,
} from './told-server.ts'
export {
  keyTypes,
  pin,
  softhsmModule,
  softhsmParts,
  soPin,
  startSoftHsm,
  type KeyRequest,
  type SoftHsm,
} from './softhsm.ts'
export { startRecordingProxy, type RecordingProxy } from './recording-proxy.ts'
export {
  account,
  assumeRole,
  createKmsUser,
  createOidcProvider,
  createRole,
  createRoleOf,
  webIdentityToken,
} from './web-identity.ts'
