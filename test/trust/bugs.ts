/** Bugs to plant in what decides: each a piece of the source, and what stands in its place. */

export interface Bug {
  readonly name: string
  /** Below src. */
  readonly file: string
  readonly find: string
  readonly put: string
}

export const bugs: readonly Bug[] = [
  {
    name: 'skip the merge: the first copy is judged alone',
    file: 'trust/judged.ts',
    find: 'for (const parts of joinCopies([...copies.giving, ...taking], checking.primitives)) {',
    put: 'for (const parts of [...copies.giving].reverse()) {',
  },
  {
    name: 'take a plain certification for an endorsement',
    file: 'certificate/endorsed.ts',
    find: 'return read?.new === certificate.fingerprint ? [{ ...read, userId }] : []',
    put: `const plain = { old: signature.hashed.at(-1)?.value.fingerprint, new: certificate.fingerprint,
      serial: 9, replaces: undefined, domain: space, signature, created: 1780000000 - 5e6,
      expires: 2e9, userId }
      return read ? [{ ...read, userId }] : plain.old === plain.new ? [] : [plain]`,
  },
  {
    name: 'take every revocation for a soft one',
    file: 'certificate/self-signature.ts',
    find: 'hard: created === undefined || !soft.includes(given?.reason),',
    put: 'hard: false,',
  },
  {
    name: 'ask for equal sets, as the origin does',
    file: 'trust/decide.ts',
    find: 'directory.certificates.some(({ fingerprint }) => fingerprint === certificate)',
    put: `[...new Set(directory.certificates.map((each) => each.fingerprint))].sort().join() ===
      [...new Set(rule.embedded.map((each) => each.fingerprint))].sort().join()`,
  },
  {
    name: 'take what a directory has for a root',
    file: 'trust/work-out.ts',
    find: 'const roots = [...new Set(embedded.map(({ fingerprint }) => fingerprint))]',
    put: 'const roots = [...new Set(giving.map(({ fingerprint }) => fingerprint))]',
  },
  {
    name: 'take certificates from beside the release',
    file: 'trust/trust.ts',
    find: 'held: rememberedCertificates(before.endorsed, primitives),',
    put: `held: [...rememberedCertificates(before.endorsed, primitives), ...(options.beside ?? [])],`,
  },
  {
    name: 'take new endorsements by a retired key',
    file: 'trust/succession.ts',
    find: 'return isPast && succession.isHeld(genuine)',
    put: 'return isPast',
  },
  {
    name: 'take no endorsement by a retired key, though it was held before',
    file: 'trust/succession.ts',
    find: 'return isPast && succession.isHeld(genuine)',
    put: 'return false',
  },
  {
    name: 'forget what was seen',
    file: 'trust/state.ts',
    find: 'if (text === undefined) return nothingRemembered',
    put: 'if (true) return nothingRemembered',
  },
  {
    name: 'forget revocations, and keep endorsements',
    file: 'trust/remember.ts',
    find: 'return { ...nothingRemembered, revocations, endorsed }',
    put: 'return { ...nothingRemembered, revocations: {}, endorsed }',
  },
  {
    name: 'forget what an endorser took back',
    file: 'trust/remember.ts',
    find: '...seen.withdrawals.map(({ of, userId, signature }) => onUserId(of, userId, signature)),',
    put: '',
  },
  {
    name: 'pass over what an endorser took back',
    file: 'trust/succession.ts',
    find: 'if (succession.isWithdrawn(genuine)) return false',
    put: '',
  },
  {
    name: 'remember endorsements whether they count or not',
    file: 'trust/remember.ts',
    find: 'const counted = groupBy(seen.counted, ',
    put: `const all = [...seen.known.values()].flatMap((of) => [...seen.known.values()].flatMap((by) =>
      of.parts.userIds.flatMap(({ userId, signatures }) => signatures
        .filter((each) => each.hashed.some(({ value }) => value.fingerprint === by.parts.fingerprint))
        .map((signature) => ({ of, by, endorsement: { userId, signature } })))))
      const counted = groupBy(all, `,
  },
  {
    name: 'save over what others have saved',
    file: 'trust/trust.ts',
    find: 'if (writeRemembered(current) !== writeRemembered(before)) return settle(given, current)',
    put: 'await options.state.save(writeRemembered(before))',
  },
  {
    name: 'pass over what an authority replaced',
    file: 'trust/replaced.ts',
    find: 'found.push({ of, replacement, endorsement })',
    put: '',
  },
  {
    name: 'let a directory out of reach pass',
    file: 'trust/decide.ts',
    find: "if (rule.unreachable === 'pass') return undefined",
    put: 'return undefined',
  },
  {
    name: 'do not ask whether the directory has the signer',
    file: 'trust/decide.ts',
    find: "return { code: 'signer-unconfirmed', reason: `${name} does not vouch for ${certificate}` }",
    put: 'return undefined',
  },
  {
    name: 'go by the time that the signature claims',
    file: 'trust/decide.ts',
    find: "if (use === 'update') {",
    put: 'if (false) {',
  },
]
