variable "domain" {
  type        = string
  description = "The domain of the addresses: what stands behind the @, and what `longhand keys wkd --domain` was given."

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain))
    error_message = "The domain is in lower case, with a dot, and without https:// or a dot at its end."
  }
}

variable "tree" {
  type        = string
  description = "The folder that `longhand keys wkd -o` wrote: .well-known is in it."

  validation {
    condition     = length(fileset(var.tree, ".well-known/openpgpkey/**")) > 0
    error_message = "There is no .well-known/openpgpkey in the tree: write it by longhand keys wkd first."
  }
}

variable "bucket" {
  type        = string
  description = "Name of the bucket, which belongs to this site alone."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "The bucket's name has 3 to 63 lower case letters, digits and -."
  }
}

variable "hosts" {
  type        = list(string)
  default     = ["advanced"]
  description = "Which hosts are served: `advanced` is openpgpkey.DOMAIN, which clients ask first; `direct` is DOMAIN itself, asked only where the other name does not resolve, and right only where no other web site lives there."

  validation {
    condition     = length(var.hosts) > 0 && alltrue([for host in var.hosts : contains(["advanced", "direct"], host)])
    error_message = "The hosts are advanced, direct or both."
  }
}

variable "certificate_arn" {
  type        = string
  description = "ARN of the TLS certificate in ACM for these hosts. CloudFront takes it from us-east-1 alone."

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "The certificate is the ARN of one in ACM in us-east-1."
  }
}

variable "zone_id" {
  type        = string
  default     = null
  description = "The Route 53 zone in which the hosts' records are made. Without it the output `target` says where they have to point."

  validation {
    condition     = var.zone_id == null ? true : can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "The zone is the id of a hosted zone in Route 53."
  }
}

variable "max_age" {
  type        = number
  default     = 300
  description = "Seconds for which a copy may be kept: so long is a revocation on its way."

  validation {
    condition     = var.max_age >= 0 && var.max_age <= 86400
    error_message = "The age is from 0 to 86400 seconds."
  }
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the bucket and of the distribution."
}
