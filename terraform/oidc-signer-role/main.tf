# The role that a CI job takes to sign: by the token of the job, for minutes, and for nothing but signing.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
}

# AWS fetches the issuer's keys itself. No access key is made, here or anywhere.
resource "aws_iam_openid_connect_provider" "ci" {
  count = var.create_provider ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = [var.audience]
  tags           = var.tags
}

resource "aws_iam_role" "signer" {
  name                 = var.name
  description          = "Signs releases by OpenPGP keys in AWS KMS, for named CI jobs."
  assume_role_policy   = local.trust_policy
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  # IAM's minimum. Longhand asks for 900 s, and so do the examples.
  max_session_duration = 3600

  lifecycle {
    precondition {
      condition     = length(local.subjects) + length(local.subject_patterns) > 0
      error_message = "Nobody could take the role: give github, gitlab or subjects."
    }

    precondition {
      condition     = var.github == null || var.gitlab == null
      error_message = "One role trusts one issuer: make a role for GitHub and another for GitLab."
    }

    precondition {
      condition     = var.github != null || var.gitlab != null || var.issuer != null
      error_message = "Say which issuer the subjects are of."
    }
  }
}

resource "aws_iam_role_policy" "sign" {
  name   = "sign"
  role   = aws_iam_role.signer.id
  policy = local.role_policy
}
