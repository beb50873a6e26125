variable "name" {
  type        = string
  description = "Name of the role."

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "The name of a role has 1 to 64 letters, digits and + = , . @ _ -."
  }
}

variable "keys" {
  type        = list(object({ arn = string, spec = string }))
  description = "The keys that the role may sign with: the output `key` of the module aws-kms-signing-key, and of two while one follows the other. The key policy has to name the role as well."

  validation {
    condition = length(var.keys) > 0 && alltrue([
      for key in var.keys :
      can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", key.arn))
    ])
    error_message = "Each key is named by the ARN of a key, not of an alias, and without wildcards."
  }

  validation {
    condition = alltrue([
      for key in var.keys : contains([
        "RSA_4096",
        "RSA_3072",
        "ECC_NIST_EDWARDS25519",
        "ECC_NIST_P256",
        "ECC_NIST_P384",
        "ECC_NIST_P521",
      ], key.spec)
    ])
    error_message = "The key spec is RSA_4096, RSA_3072, ECC_NIST_EDWARDS25519, ECC_NIST_P256, ECC_NIST_P384 or ECC_NIST_P521."
  }
}

variable "github" {
  type = object({
    repository  = string
    environment = optional(string, "release")
    tag_prefix  = optional(string)
  })
  default     = null
  description = "A repository on GitHub, as OWNER/NAME; where its tokens carry the immutable numbers, as OWNER@NUMBER/NAME@NUMBER. Its jobs in one environment get the role, `release` unless said otherwise: protect that in the repository's settings. With tag_prefix, its jobs for tags that start so get it instead; then nobody has to approve them."

  validation {
    condition = var.github == null ? true : can(
      regex("^[A-Za-z0-9][A-Za-z0-9-]*(@[0-9]+)?/[A-Za-z0-9._-]+(@[0-9]+)?$", var.github.repository)
    )
    error_message = "The repository is one OWNER/NAME, without wildcards: never a whole organisation."
  }

  validation {
    condition     = var.github == null ? true : can(regex("^[A-Za-z0-9._/-]+$", var.github.environment))
    error_message = "The environment's name consists of letters, digits and . _ / -."
  }

  validation {
    condition     = try(var.github.tag_prefix, null) == null ? true : can(regex("^[A-Za-z0-9._/-]+$", var.github.tag_prefix))
    error_message = "The tag prefix is one letter, digit, . _ / or - at least; the wildcard is put after it."
  }
}

variable "gitlab" {
  type = object({
    project    = string
    tag_prefix = string
  })
  default     = null
  description = "A project on GitLab, by its whole path GROUP/PROJECT. Its jobs for tags that start with tag_prefix get the role. That only some people may push such a tag is GitLab's to enforce: protect the tags PREFIX* in the project's settings, for IAM cannot see it."

  validation {
    condition     = var.gitlab == null ? true : can(regex("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$", var.gitlab.project))
    error_message = "The project is one whole path, GROUP/PROJECT, without wildcards: never a whole group."
  }

  validation {
    condition     = var.gitlab == null ? true : can(regex("^[A-Za-z0-9._/-]+$", var.gitlab.tag_prefix))
    error_message = "The tag prefix is one letter, digit, . _ / or - at least; the wildcard is put after it."
  }
}

variable "subjects" {
  type        = list(string)
  default     = []
  description = "Exact subjects of tokens besides, for any issuer."

  validation {
    condition     = alltrue([for subject in var.subjects : can(regex("^[A-Za-z0-9_.:/@|-]+$", subject))])
    error_message = "Each subject is exact: letters, digits and _ . : / @ | -, without wildcards."
  }
}

variable "issuer" {
  type        = string
  default     = null
  description = "Who signs the tokens: the issuer's URL without https://. By default that of GitHub, or of gitlab.com where `gitlab` is given."

  validation {
    condition     = var.issuer == null ? true : can(regex("^[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._/-]*[A-Za-z0-9_-])?$", var.issuer))
    error_message = "The issuer is HOST or HOST/PATH, without https:// and without / at its end."
  }
}

variable "audience" {
  type        = string
  default     = "sts.amazonaws.com"
  description = "The audience that the tokens have to be for. One of your own, as `acme-release`, keeps tokens that were made for other roles out."

  validation {
    condition     = can(regex("^[A-Za-z0-9._:/-]+$", var.audience))
    error_message = "The audience consists of letters, digits and . _ : / -, without wildcards."
  }
}

variable "create_provider" {
  type        = bool
  default     = true
  description = "Whether to make the OpenID Connect provider. An account has one for each issuer: false where it is there already, and then it has to know the audience."
}

variable "permissions_boundary" {
  type        = string
  default     = null
  description = "ARN of a policy beyond which nobody can widen the role."

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "The permissions boundary is the ARN of an IAM policy."
  }
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the role and of the provider."
}
