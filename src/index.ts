/** The public core: pure TypeScript that runs in any JavaScript. `longhand/node` adds what Node has. */

export { OpenPGPError, errorCodes, isOpenPGPError } from './errors.ts'
export type { ErrorCode, ErrorDetails } from './errors.ts'
export * as registry from './registry.ts'
export { limits } from './limits.ts'

export { decodeArmor, encodeArmor } from './wire/armor.ts'
export type { ArmorBlock, ArmorType } from './wire/armor.ts'
export { readPackets, writePacket } from './wire/packet.ts'
export type { Packet } from './wire/packet.ts'

export type {
  EcdsaKeyMaterial,
  Ed25519KeyMaterial,
  KeyKind,
  KeyMaterial,
  OpaqueKeyMaterial,
  RsaKeyMaterial,
} from './packet/key-material.ts'
export type { LiteralFormat } from './packet/literal.ts'
export type { KeyVersion, NewKey, PublicKey } from './packet/public-key.ts'
export { readSignature } from './packet/signature.ts'
export type { Signature } from './packet/signature.ts'
export type { SignatureValue } from './packet/signature-value.ts'
export type { RawSubpacket, Subpacket } from './packet/subpacket.ts'
export type { KnownValue, Notation, SubpacketValue } from './packet/subpacket-value.ts'
export type { UserId } from './packet/user-id.ts'

export type { Data } from './signature/document.ts'
export type { DigestName, Hasher, Primitives } from './signature/hasher.ts'
export { createPortable, portable } from './signature/portable.ts'
export type { NobleHash, NobleHashes } from './signature/portable.ts'
export type {
  CallOptions,
  Digest,
  RemoteSigner,
  SignCallOptions,
  SignerFact,
  SigningSubject,
} from './signature/signer.ts'

export type { Objection, Policy, PolicyContext } from './policy/policy.ts'
export { standardPolicy } from './policy/standard.ts'

export { addUserId } from './certificate/add-user-id.ts'
export type { AddUserIdOptions } from './certificate/add-user-id.ts'
export { bindSubkey } from './certificate/bind.ts'
export type { BindSubkeyOptions } from './certificate/bind.ts'
export {
  armorCertificate,
  parseCertificates,
  serializeCertificate,
} from './certificate/certificate.ts'
export type { Certificate, ComponentSignatures, ParseOptions } from './certificate/certificate.ts'
export type { ChangeOptions } from './certificate/change.ts'
export { createCertificate } from './certificate/create.ts'
export type { CreateCertificateOptions } from './certificate/create.ts'
export { endorse } from './certificate/endorse.ts'
export type { EndorseOptions } from './certificate/endorse.ts'
export { endorsementsOn } from './certificate/endorsed.ts'
export type { CarriedEndorsement } from './certificate/endorsed.ts'
export type { Replacement, ReplacementReason } from './certificate/endorsement.ts'
export { evaluateCertificate, signingKeys } from './certificate/evaluate.ts'
export type {
  EvaluateOptions,
  EvaluatedCertificate,
  EvaluatedUserId,
} from './certificate/evaluate.ts'
export { exportCertificate } from './certificate/export.ts'
export type { ExportOptions } from './certificate/export.ts'
export { extendExpiry } from './certificate/extend.ts'
export type { ExtendExpiryOptions } from './certificate/extend.ts'
export type { EvaluatedKey } from './certificate/judge.ts'
export { mergeCertificates } from './certificate/merge.ts'
export { prepareRevocation } from './certificate/prepared-revocation.ts'
export type { PrepareRevocationOptions } from './certificate/prepared-revocation.ts'
export type { Expiry } from './certificate/renew.ts'
export { revokeCertificate, revokeSubkey, revokeUserId } from './certificate/revoke.ts'
export type {
  KeyRevocationReason,
  RevokeKeyOptions,
  RevokeUserIdOptions,
  UserIdRevocationReason,
} from './certificate/revoke.ts'
export type { Rejection, Revocation } from './certificate/self-signature.ts'

export { signBare } from './sign/bare.ts'
export type { BareKey, SignBareOptions } from './sign/bare.ts'
export { signCleartext } from './sign/cleartext.ts'
export type { CleartextSignature, SignCleartextOptions } from './sign/cleartext.ts'
export { openDetached, signDetached } from './sign/detached.ts'
export type {
  DetachedSignature,
  NextOptions,
  SigningKey,
  SigningRecord,
  SignNext,
  SignOptions,
} from './sign/detached.ts'
export { signInline } from './sign/inline.ts'
export type { InlineSignature } from './sign/inline.ts'
export { finishSignature, prepareDetached } from './sign/prepared.ts'
export type { FinishOptions, PrepareOptions, PreparedSignature } from './sign/prepared.ts'

export { evaluateCleartext, verifyCleartext } from './verify/cleartext.ts'
export type { CleartextEvidence, CleartextVerdict } from './verify/cleartext.ts'
export { evaluateDetached, verifyDetached } from './verify/detached.ts'
export type { KeyringOptions, VerifyOptions } from './verify/detached.ts'
export { evaluateInline, verifyInline } from './verify/inline.ts'
export type { InlineEvidence, InlineVerdict } from './verify/inline.ts'
export { openKeyring } from './verify/keyring.ts'
export type { Keyring } from './verify/keyring.ts'
export type {
  BadSignature,
  Evidence,
  GoodSignature,
  SignatureVerdict,
  Signer,
  Verdict,
} from './verify/verdict.ts'

export { crossCheck, embedded, threshold } from './trust/rule.ts'
export type { TrustRule } from './trust/rule.ts'
export { fromDirectory, fromWkd } from './trust/source.ts'
export type { Directory, Lookup, LookupOptions, LookupResult } from './trust/source.ts'
export type { ReleaseName, Remembered, RememberedRelease, TrustState } from './trust/state.ts'
export { openTrust } from './trust/trust.ts'
export type { Trust, TrustOptions } from './trust/trust.ts'
export type { AcceptedSigner, RefusedSigner, TrustVerdict } from './trust/verdict.ts'

export { wkdUrls } from './wkd/address.ts'
export { fetchWkd } from './wkd/fetch.ts'
export type {
  FetchWkdOptions,
  HostResolver,
  PassedOver,
  WkdFetch,
  WkdMethod,
  WkdRequest,
  WkdResponse,
  WkdResult,
} from './wkd/fetch.ts'
export { wkdLayout } from './wkd/layout.ts'

export { appendSignatures } from './release/append.ts'
export type { AppendOptions, AppendedSignature } from './release/append.ts'
export type { ReadFile } from './release/files.ts'
export { readManifest, writeManifest } from './release/manifest.ts'
export type { ManifestEntry } from './release/manifest.ts'
export type { DecideSigners, SignerDecision } from './release/decision.ts'
export { signRelease } from './release/sign.ts'
export type { ReleaseFile, SignReleaseOptions, SignedRelease } from './release/sign.ts'
export type { ReleaseStatement } from './release/statement.ts'
export { verifyRelease } from './release/verify.ts'
export type { Release, ReleaseEvidence } from './release/verify.ts'
export { verifyReleaseManifest } from './release/verify-manifest.ts'
export type {
  GivenSigners,
  ManifestEvidence,
  TrustedSigners,
  VerifyManifestOptions,
} from './release/verify-manifest.ts'
export { compareVersions, parseVersion } from './trust/version.ts'
export type { Version } from './trust/version.ts'
export type { WantedRelease } from './release/wanted.ts'
