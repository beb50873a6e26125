# The key that signs releases. It is made inside AWS KMS and never leaves it: there is no call that exports it.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
}

resource "aws_kms_key" "signing" {
  description              = "OpenPGP signing key ${var.name}-v${var.key_version}"
  key_usage                = "SIGN_VERIFY"
  customer_master_key_spec = var.key_spec
  multi_region             = var.multi_region
  policy                   = local.key_policy
  deletion_window_in_days  = 30
  tags                     = var.tags

  # AWS rotates symmetric keys only. A signing key must not change behind its id either: the certificate is
  # made around this one public key, and another one is another OpenPGP key with another fingerprint.
  enable_key_rotation = false

  # AWS then refuses a policy that whoever applies it could not change again.
  bypass_policy_lockout_safety_check = false

  lifecycle {
    # Signatures stay verifiable without the key; but none is made any more, and nobody gets it back.
    prevent_destroy = true

    precondition {
      condition     = !contains(var.administrators, var.signer_role_arn)
      error_message = "The signer is an administrator too: whoever signs must not administer, and the other way round."
    }
  }
}

# The name by which it is asked for. It stays with this key; the next key has the next number.
resource "aws_kms_alias" "signing" {
  name          = "alias/${var.name}-v${var.key_version}"
  target_key_id = aws_kms_key.signing.key_id
}
