/** Bits of one multiprecision integer. By itself: who only signs meets this bound and no other. */
export const mpiBits = 16_384

/** Bounds of whom to trust and what is remembered of it. By themselves, for who only verifies. */
export const trustLimits = {
  /** Endorsements of certificates that are verified. */
  endorsements: 1024,
  /** Octets of what a client remembers: some hundred certificates. */
  stateOctets: 4_194_304,
  /** Certificates that nobody vouches for and whose revocations are remembered all the same. */
  strangers: 64,
  /** Octets of each of those. */
  strangerOctets: 16_384,
} as const

/** Every bound that reading foreign octets is held to. Past one of them the error code is `limit`. */
export const limits = {
  /** Octets of a certificate file or an armored block, before and after decoding. */
  inputOctets: 67_108_864,
  /** Octets of a signature file. */
  signatureFileOctets: 1_048_576,
  /** Octets of a release's manifest: some 40,000 files. */
  manifestOctets: 4_194_304,
  /** Packets in one file. */
  packets: 1_000_000,
  /** Octets of one packet that is not data: a key, a signature, a User ID. */
  packetOctets: 1_048_576,
  /** Subpackets in one area of a Signature packet. */
  subpackets: 512,
  mpiBits: mpiBits as typeof mpiBits,
  /** Signatures over one data stream in one file. */
  signaturesPerFile: 64,
  /** Signatures on one component of a certificate that are looked at. */
  signaturesPerComponent: 2048,
  /** Octets of a component and its primary key, hashed anew for each version 6 signature's salt. */
  saltedOctets: 16_777_216,
  /** Embedded signatures of one binding that are looked at; one is what there should be. */
  backSignaturesTried: 8,
  /** Octets of a User ID that we mint; reading allows `packetOctets`. */
  userIdOctets: 2048,
  /** Characters of an armor header line or of a header's value. */
  armorLine: 4096,
  /** Characters of one line of a cleartext signed message: none is ever cut. */
  cleartextLine: 1_048_576,
  /** `Hash` headers of a cleartext signed message. */
  cleartextHeaders: 16,
  /** Octets that one Compressed Data packet may become. */
  decompressedOctets: 67_108_864,
  /** Iterations of PBKDF2 that open a key file: some seconds; OWASP recommends 600,000. */
  pbkdf2Iterations: 10_000_000,
  /** Octets of memory that scrypt may take for it: twice what OpenSSL asks for, and all it gives. */
  scryptOctets: 33_554_432,
  /** How often scrypt may go through that memory. */
  scryptParallel: 16,
  /** Octets of an answer in the signer protocol, docs/signer-protocol.md. */
  signerAnswerOctets: 65_536,
  /** Octets of an answer of a Web Key Directory; GnuPG stops at four times as many. */
  wkdAnswerOctets: 65_536,
  /** Redirects of a Web Key Directory that are followed, all on one host. */
  wkdRedirects: 3,
} as const
