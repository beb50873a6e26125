/**
 * Which sections the cited standards have, as the number of subsections under each section.
 *
 * `''` counts the top level: `{ '': 16, '5': 14, '5.2': 5 }` says that §16, §5.14 and §5.2.5 exist.
 * Appendices count likewise under their letter.
 */

export type Sections = Readonly<Record<string, number>>

export interface Standard {
  readonly title: string
  /** Missing where sections of it are not cited. */
  readonly sections?: Sections
  /** Letters of the appendices. */
  readonly appendices?: string
}

export const standards: Readonly<Record<string, Standard>> = {
  '9580': {
    title: 'OpenPGP',
    appendices: 'ABC',
    sections: {
      ...{ '': 16, '1': 1, '2': 5, '3': 7, '3.2': 1, '3.7': 2, '3.7.1': 4, '3.7.2': 2 },
      ...{ '4': 3, '4.2': 3, '4.2.1': 4, '5': 14, '5.1': 8, '5.2': 5, '5.2.1': 16, '5.2.3': 36 },
      ...{ '5.2.4': 1, '5.3': 2, '5.5': 5, '5.5.1': 4, '5.5.2': 3, '5.5.4': 3, '5.5.5': 10 },
      ...{ '5.9': 1, '5.12': 1, '5.13': 5, '6': 2, '6.1': 1, '6.2': 3, '6.2.2': 4, '7': 3 },
      ...{ '9': 6, '9.2': 1, '10': 4, '10.1': 5, '10.3': 2, '10.3.2': 2, '11': 5, '11.2': 3 },
      ...{ '11.3': 2, '11.5': 1, '12': 11, '12.1': 3, '12.2': 1, '12.3': 2, '12.3.1': 1 },
      ...{ '13': 14, '14': 1, '15': 6, '15.5': 1, '15.6': 3, '15.6.3': 3, '16': 2 },
      ...{ A: 12, 'A.3': 1, 'A.5': 2, 'A.8': 5, 'A.9': 5, 'A.10': 5, 'A.11': 5, 'A.12': 3, B: 1 },
    },
  },
  '3279': {
    title: 'Algorithms and Identifiers for the Internet X.509 Public Key Infrastructure',
    sections: { '': 8, '2': 3, '2.1': 3, '2.2': 3, '2.3': 5 },
  },
  '3986': { title: 'Uniform Resource Identifier (URI): Generic Syntax' },
  '6066': { title: 'Transport Layer Security Extensions' },
  '6750': {
    title: 'The OAuth 2.0 Authorization Framework: Bearer Token Usage',
    sections: { '': 7, '2': 3 },
  },
  '9110': { title: 'HTTP Semantics', sections: { '': 19, '10': 2, '10.1': 6, '10.2': 4 } },
  '7512': { title: 'The PKCS #11 URI Scheme' },
  '7515': { title: 'JSON Web Signature (JWS)' },
  '7517': { title: 'JSON Web Key (JWK)' },
  '7518': {
    title: 'JSON Web Algorithms (JWA)',
    sections: { '': 10, '3': 6, '6': 4, '6.2': 2, '6.2.1': 3, '6.3': 2, '6.3.1': 2 },
  },
  '7519': { title: 'JSON Web Token (JWT)', sections: { '': 12, '4': 3 } },
  '8259': { title: 'The JavaScript Object Notation (JSON) Data Interchange Format' },
  '8693': { title: 'OAuth 2.0 Token Exchange' },
  '9260': { title: 'Stream Control Transmission Protocol', appendices: 'A' },
  '3720': {
    title: 'Internet Small Computer Systems Interface (iSCSI)',
    appendices: 'ABCDEF',
    sections: { B: 4 },
  },
  '4880': {
    title: 'OpenPGP Message Format, obsoleted by RFC 9580',
    sections: {
      ...{ '': 16, '1': 1, '2': 5, '3': 7, '3.7': 2, '3.7.1': 3, '3.7.2': 2, '4': 3, '4.2': 3 },
      ...{ '4.2.2': 4, '5': 14, '5.2': 4, '5.2.3': 26, '5.2.4': 1, '5.5': 3, '5.5.1': 4 },
      ...{ '5.12': 1, '6': 6, '7': 1, '9': 4, '10': 3, '10.2': 3, '10.2.1': 1, '10.2.2': 5 },
      ...{ '10.3': 4, '11': 4, '12': 2, '13': 12, '13.1': 3, '13.3': 2, '16': 2 },
    },
  },
  '8017': {
    title: 'PKCS #1: RSA',
    appendices: 'ABCDE',
    sections: {
      ...{ '': 11, '1': 1, '3': 2, '4': 2, '5': 2, '5.1': 2, '5.2': 2, '7': 2, '7.1': 2 },
      ...{ '7.2': 2, '8': 2, '8.1': 2, '8.2': 2, '9': 2, '9.1': 2, '11': 2 },
      ...{ A: 2, 'A.1': 2, 'A.2': 4, B: 2, 'B.2': 1 },
    },
  },
  '8018': {
    title: 'PKCS #5: password-based cryptography',
    appendices: 'ABCD',
    sections: {
      ...{ '': 9, '4': 2, '5': 2, '6': 2, '6.1': 2, '6.2': 2, '7': 1, '7.1': 2, '9': 2 },
      ...{ A: 5, B: 3, 'B.1': 2, 'B.2': 5, 'B.3': 2 },
    },
  },
  '1035': { title: 'Domain Names: Implementation and Specification' },
  '1123': { title: 'Requirements for Internet Hosts' },
  '3339': { title: 'Date and Time on the Internet' },
  '3394': { title: 'AES Key Wrap' },
  '3629': { title: 'UTF-8' },
  '4648': { title: 'Base16, Base32 and Base64' },
  '5280': { title: 'X.509 Certificates' },
  '5321': { title: 'SMTP' },
  '5322': { title: 'Internet Message Format' },
  '5480': { title: 'Elliptic Curve SubjectPublicKeyInfo' },
  '5649': { title: 'AES Key Wrap with Padding' },
  '5915': { title: 'Elliptic Curve Private Key Structure' },
  '5958': { title: 'Asymmetric Key Packages (PKCS #8)' },
  '6189': { title: 'ZRTP, which writes z-base-32 down' },
  '6531': { title: 'Internationalized Email' },
  '6979': { title: 'Deterministic DSA and ECDSA' },
  '7468': { title: 'Textual Encodings of PKIX Structures (PEM)' },
  '8032': { title: 'EdDSA' },
  '8089': { title: 'The file URI Scheme' },
  '8410': { title: 'Ed25519 in X.509' },
  '3156': { title: 'MIME security with OpenPGP' },
}

/** Whether a section such as `5.2.3.29` or `A.3` exists. */
export function sectionExists(standard: Standard, section: string): boolean {
  const { sections = {}, appendices = '' } = standard
  const words = section.split('.')
  return words.every((word, depth) => {
    if (depth === 0 && /^[A-Z]$/.test(word)) return appendices.includes(word)
    const count = sections[words.slice(0, depth).join('.')] ?? 0
    return /^[1-9][0-9]*$/.test(word) && Number(word) <= count
  })
}
