# Who may do what with the key. There is no statement for the account, so that no IAM policy gives anybody more.

locals {
  root_arn = "arn:${local.partition}:iam::${local.account_id}:root"

  # What Longhand asks AWS KMS for, and nothing else. Ed25519 signs the digest as a message.
  hashes = {
    RSA_4096              = ["256", "384", "512"]
    RSA_3072              = ["256", "384", "512"]
    ECC_NIST_P256         = ["256"]
    ECC_NIST_P384         = ["384"]
    ECC_NIST_P521         = ["512"]
    ECC_NIST_EDWARDS25519 = ["512"]
  }
  prefixes = {
    RSA_4096              = "RSASSA_PKCS1_V1_5_SHA_"
    RSA_3072              = "RSASSA_PKCS1_V1_5_SHA_"
    ECC_NIST_P256         = "ECDSA_SHA_"
    ECC_NIST_P384         = "ECDSA_SHA_"
    ECC_NIST_P521         = "ECDSA_SHA_"
    ECC_NIST_EDWARDS25519 = "ED25519_SHA_"
  }
  algorithms   = [for hash in local.hashes[var.key_spec] : "${local.prefixes[var.key_spec]}${hash}"]
  message_type = var.key_spec == "ECC_NIST_EDWARDS25519" ? "RAW" : "DIGEST"

  # No Sign, and no CreateGrant, by which an administrator could hand Sign to anybody.
  administration = concat(
    [
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:EnableKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:GetPublicKey",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ],
    var.multi_region ? ["kms:ReplicateKey", "kms:UpdatePrimaryRegion"] : [],
  )

  # The root user itself; the principal alone would stand for everybody in the account.
  root_statements = [
    {
      Sid       = "RootChangesThePolicy"
      Effect    = "Allow"
      Principal = { AWS = [local.root_arn] }
      Action    = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy"]
      Resource  = ["*"]
      Condition = { ArnEquals = { "aws:PrincipalArn" = [local.root_arn] } }
    },
  ]

  key_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "Administer"
          Effect    = "Allow"
          Principal = { AWS = var.administrators }
          Action    = local.administration
          Resource  = ["*"]
        },
      ],
      [for statement in local.root_statements : statement if !var.lock_out_root],
      [
        {
          Sid       = "Sign"
          Effect    = "Allow"
          Principal = { AWS = [var.signer_role_arn] }
          Action    = ["kms:Sign"]
          Resource  = ["*"]
          Condition = {
            StringEquals = {
              "kms:MessageType"      = [local.message_type]
              "kms:SigningAlgorithm" = local.algorithms
            }
          }
        },
        # Without conditions: those keys exist in a request to sign only.
        {
          Sid       = "GetPublicKey"
          Effect    = "Allow"
          Principal = { AWS = [var.signer_role_arn] }
          Action    = ["kms:GetPublicKey"]
          Resource  = ["*"]
        },
        # The denies hold against whatever is allowed here later, by a statement or a grant.
        {
          Sid       = "AdministratorsDoNotSign"
          Effect    = "Deny"
          Principal = { AWS = ["*"] }
          Action    = ["kms:CreateGrant", "kms:Sign"]
          Resource  = ["*"]
          Condition = { ArnEquals = { "aws:PrincipalArn" = var.administrators } }
        },
        {
          Sid       = "OnlyAdministratorsEndTheKey"
          Effect    = "Deny"
          Principal = { AWS = ["*"] }
          Action    = ["kms:DisableKey", "kms:ScheduleKeyDeletion"]
          Resource  = ["*"]
          Condition = { ArnNotEquals = { "aws:PrincipalArn" = var.administrators } }
        },
        # A replica gets whatever policy its maker gives it.
        {
          Sid       = "OnlyAdministratorsChangeThePolicy"
          Effect    = "Deny"
          Principal = { AWS = ["*"] }
          Action    = ["kms:PutKeyPolicy", "kms:ReplicateKey", "kms:UpdatePrimaryRegion"]
          Resource  = ["*"]
          Condition = {
            ArnNotEquals = {
              "aws:PrincipalArn" = distinct(concat(var.administrators, var.lock_out_root ? [] : [local.root_arn]))
            }
          }
        },
      ],
    )
  })
}
