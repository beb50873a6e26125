/** What wkd check finds: each code with its severity, its words and the remedy. */

export interface CheckRule {
  /**
   * `error`: clients get no certificate, or not the right one. `warning`: some clients or browsers do
   * not, or soon none will. `note`: good to know.
   */
  readonly severity: 'error' | 'warning' | 'note'
  readonly what: string
  readonly remedy: string
}

/** In the order of docs/wkd.md. */
export const checkRules = {
  'host-missing': {
    severity: 'error',
    what: 'neither host of the directory exists',
    remedy: 'make a DNS entry for openpgpkey.DOMAIN that leads to the web server',
  },
  'host-unknown': {
    severity: 'error',
    what: 'whether the host exists cannot be found out',
    remedy: 'see whether the name servers of the domain answer',
  },
  'dns-wildcard': {
    severity: 'error',
    what: 'a wildcard in DNS makes openpgpkey.DOMAIN exist, so that clients stay with it',
    remedy: 'serve the directory there, or give openpgpkey.DOMAIN an empty TXT record of its own',
  },
  'advanced-broken': {
    severity: 'error',
    what: 'the direct method would answer, and is not asked: openpgpkey.DOMAIN exists',
    remedy: 'serve the same tree there, or remove the DNS entry of openpgpkey.DOMAIN',
  },
  'methods-disagree': {
    severity: 'error',
    what: 'the two methods give different certificates',
    remedy: 'serve one tree at both hosts: longhand keys wkd writes it for both',
  },
  unreachable: {
    severity: 'error',
    what: 'there is no whole answer',
    remedy: 'see whether the web server listens on port 443 and answers in time',
  },
  'tls-distrusted': {
    severity: 'error',
    what: 'the TLS certificate is not one that clients trust',
    remedy: 'get one for this very host, by an authority that systems trust, and renew it in time',
  },
  'server-error': {
    severity: 'error',
    what: 'the web server fails',
    remedy: 'see its log; clients take the directory for unreachable until then',
  },
  'not-found': {
    severity: 'error',
    what: 'there is no certificate for the address',
    remedy:
      'publish it: longhand keys wkd; a static host may leave out .well-known (GitHub Pages wants a file .nojekyll)',
  },
  'redirect-elsewhere': {
    severity: 'error',
    what: 'a redirect that is not followed: to another host, without https, or too many',
    remedy: 'serve the file at this address itself',
  },
  redirect: {
    severity: 'warning',
    what: 'a redirect: a browser hides where it leads, and no client in one follows it',
    remedy: 'serve the file at this address itself',
  },
  'too-large': {
    severity: 'error',
    what: 'more than 64 KiB',
    remedy: 'publish a copy without what others signed: longhand keys export --minimal',
  },
  armored: {
    severity: 'error',
    what: 'an armored certificate, and clients read binary ones',
    remedy: 'publish what longhand keys wkd writes, or gpg --export without --armor',
  },
  compressed: {
    severity: 'error',
    what: 'a compressed answer, which was not asked for',
    remedy: 'have the web server compress only where Accept-Encoding allows it',
  },
  'not-openpgp': {
    severity: 'error',
    what: 'something else than OpenPGP certificates',
    remedy: 'have the web server give the file as it is, and status 404 where there is none',
  },
  'user-id-missing': {
    severity: 'error',
    what: 'no certificate with a valid User ID of the address',
    remedy: 'publish one that has it: longhand keys wkd leaves others out',
  },
  'certificate-foreign': {
    severity: 'warning',
    what: 'a certificate that clients pass over',
    remedy: 'leave it out: longhand keys wkd does',
  },
  'certificate-absent': {
    severity: 'error',
    what: 'the certificate of --cert is not among those that are published',
    remedy: 'publish it: longhand keys wkd, then copy the tree to the web server',
  },
  'certificate-differs': {
    severity: 'error',
    what: 'another copy of the certificate of --cert is published',
    remedy: 'publish the newest copy that has everything; revocations above all',
  },
  'certificate-unusable': {
    severity: 'error',
    what: 'none of the certificates is of use now',
    remedy: 'publish a valid one beside it, and keep the revoked or expired one',
  },
  'certificate-ended': {
    severity: 'note',
    what: 'a certificate that is revoked or expired, beside a valid one',
    remedy: 'as it should be: clients learn of it',
  },
  'certificate-expiring': {
    severity: 'warning',
    what: 'a certificate that expires within 30 days',
    remedy: 'extend it or publish its successor, in time for everybody',
  },
  'certificates-several': {
    severity: 'note',
    what: 'several certificates in one file, which gpg-wks-client --check does not read (2.2)',
    remedy: 'as it should be while a key is replaced; gpg itself and sq read all of them',
  },
  'cors-missing': {
    severity: 'warning',
    what: 'no header that lets a web page read the answer',
    remedy: 'send Access-Control-Allow-Origin: * with everything below /.well-known/openpgpkey/',
  },
  'content-type': {
    severity: 'warning',
    what: 'another Content-Type than application/octet-stream',
    remedy: 'have the web server send that type: nothing may convert what it takes for text',
  },
  'policy-missing': {
    severity: 'warning',
    what: 'no policy file, by which clients see that the domain has a directory',
    remedy: 'publish it, empty: longhand keys wkd writes it',
  },
  'policy-page': {
    severity: 'warning',
    what: 'a web page in the place of the policy file',
    remedy: 'publish an empty file: longhand keys wkd writes it',
  },
  'found-anything': {
    severity: 'warning',
    what: 'an answer for an address that does not exist',
    remedy: 'have the web server answer by status 404 where there is no file',
  },
} as const

export type CheckCode = keyof typeof checkRules

export interface CheckFinding extends CheckRule {
  readonly code: CheckCode
  /** A URL or a host. */
  readonly where: string
  /** What there is, in others' words perhaps. */
  readonly detail: string | undefined
}

export function finding(code: CheckCode, where: string, detail?: string): CheckFinding {
  const { severity, what, remedy } = checkRules[code]
  return { code, severity, where, what, detail, remedy }
}
