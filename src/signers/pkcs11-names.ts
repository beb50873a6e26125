/** What a token and a key are known by; what is undefined is not asked. */

export interface TokenName {
  readonly label?: string | undefined
  readonly manufacturer?: string | undefined
  readonly serial?: string | undefined
  readonly model?: string | undefined
  /** The number of its slot. */
  readonly slot?: bigint | undefined
}

export interface KeyName {
  /** CKA_LABEL */
  readonly label?: string | undefined
  /** CKA_ID */
  readonly id?: Uint8Array | undefined
}
