# Who gets the role, and what it may do.

locals {
  issuer = coalesce(
    var.issuer,
    var.gitlab == null ? "token.actions.githubusercontent.com" : "gitlab.com",
  )
  provider_arn = "arn:${local.partition}:iam::${local.account_id}:oidc-provider/${local.issuer}"

  github_tag  = var.github == null ? null : var.github.tag_prefix
  gitlab_tag  = var.gitlab == null ? null : var.gitlab.tag_prefix
  environment = var.github == null || local.github_tag != null ? null : var.github.environment

  # Exact, to the last letter.
  subjects = concat(
    [for name in [local.environment] : "repo:${var.github.repository}:environment:${name}" if name != null],
    var.subjects,
  )
  # The wildcard stands for what follows the prefix of a tag, and for nothing before it.
  subject_patterns = concat(
    [for prefix in [local.github_tag] : "repo:${var.github.repository}:ref:refs/tags/${prefix}*" if prefix != null],
    [for prefix in [local.gitlab_tag] : "project_path:${var.gitlab.project}:ref_type:tag:ref:${prefix}*" if prefix != null],
  )

  trust_statements = [
    {
      Sid       = "ExactSubjects"
      Effect    = "Allow"
      Principal = { Federated = [local.provider_arn] }
      Action    = ["sts:AssumeRoleWithWebIdentity"]
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = [var.audience]
          "${local.issuer}:sub" = local.subjects
        }
      }
    },
    {
      Sid       = "TagsWithThePrefix"
      Effect    = "Allow"
      Principal = { Federated = [local.provider_arn] }
      Action    = ["sts:AssumeRoleWithWebIdentity"]
      Condition = {
        StringEquals = { "${local.issuer}:aud" = [var.audience] }
        StringLike   = { "${local.issuer}:sub" = local.subject_patterns }
      }
    },
  ]

  trust_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local.trust_statements : statement
      if length(statement.Sid == "ExactSubjects" ? local.subjects : local.subject_patterns) > 0
    ]
  })

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

  role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = flatten([
      for key in var.keys : [
        {
          Effect   = "Allow"
          Action   = ["kms:Sign"]
          Resource = [key.arn]
          Condition = {
            StringEquals = {
              "kms:MessageType"      = [key.spec == "ECC_NIST_EDWARDS25519" ? "RAW" : "DIGEST"]
              "kms:SigningAlgorithm" = [for hash in local.hashes[key.spec] : "${local.prefixes[key.spec]}${hash}"]
            }
          }
        },
        # Without conditions: those keys exist in a request to sign only.
        {
          Effect   = "Allow"
          Action   = ["kms:GetPublicKey"]
          Resource = [key.arn]
        },
      ]
    ])
  })
}
