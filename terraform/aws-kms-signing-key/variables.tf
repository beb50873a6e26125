variable "name" {
  type        = string
  description = "What the key is called: its alias is `alias/NAME-v1`."

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", var.name)) && !startswith(var.name, "aws")
    error_message = "The name consists of letters, digits, - and _, and does not start with aws, which AWS keeps for itself."
  }
}

variable "key_version" {
  type        = number
  default     = 1
  description = "The number at the end of the alias. A next key is a next module block with 2 here, beside this one: see docs/runbooks/rotation.md. Changed in place it would only rename the alias of the same key."

  validation {
    condition     = var.key_version >= 1 && floor(var.key_version) == var.key_version
    error_message = "The key version is a whole number, 1 or more."
  }
}

variable "key_spec" {
  type        = string
  default     = "RSA_4096"
  description = "The kind of key. RSA_4096 is read by every verifier, rpm and apt among them; ECC_NIST_EDWARDS25519 needs a provider of November 2025 or later."

  validation {
    condition = contains([
      "RSA_4096",
      "RSA_3072",
      "ECC_NIST_EDWARDS25519",
      "ECC_NIST_P256",
      "ECC_NIST_P384",
      "ECC_NIST_P521",
    ], var.key_spec)
    error_message = "The key spec is RSA_4096, RSA_3072, ECC_NIST_EDWARDS25519, ECC_NIST_P256, ECC_NIST_P384 or ECC_NIST_P521."
  }
}

variable "multi_region" {
  type        = bool
  default     = false
  description = "Whether the key may be replicated to other Regions. It cannot be changed later, and each replica has a key policy of its own, which whoever replicates it writes."
}

variable "administrators" {
  type        = list(string)
  description = "ARNs of the IAM roles or users that administer the key, and cannot sign with it. Give two at least, so that one lost role does not lose the key. The ARN that ends in :root stands for the account: then IAM policies decide who administers, and the root user alone ends the key and changes its policy."

  validation {
    condition = length(var.administrators) > 0 && alltrue([
      for arn in var.administrators :
      can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/[A-Za-z0-9+=,.@_/-]+)$", arn))
    ])
    error_message = "The administrators are one or more ARNs of IAM roles or users, without wildcards."
  }
}

variable "signer_role_arn" {
  type        = string
  description = "ARN of the one role that signs: the output role_arn of the module oidc-signer-role. It has to exist already, for AWS refuses a policy that names nobody."

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", var.signer_role_arn))
    error_message = "The signer is the ARN of one IAM role, without wildcards."
  }
}

variable "lock_out_root" {
  type        = bool
  default     = false
  description = "DANGER. Takes the right to change the key policy from the account's root user as well. When the administrators are lost then, nobody can administer this key again, and AWS Support, if anybody, has to be asked. Leave it false unless somebody else's root user is what you fear most."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the key."
}
