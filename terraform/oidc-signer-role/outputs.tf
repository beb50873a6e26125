output "role_arn" {
  value       = aws_iam_role.signer.arn
  description = "ARN of the role: `signer_role_arn` of the module aws-kms-signing-key, and AWS_ROLE_ARN of the job."
}

output "subjects" {
  value       = concat(local.subjects, local.subject_patterns)
  description = "The subjects of the tokens that get the role."
}

output "trust_policy" {
  value       = local.trust_policy
  description = "The trust policy as JSON: what `longhand infra policy --only trust` prints."
}

output "role_policy" {
  value       = local.role_policy
  description = "The policy of the role as JSON: what `longhand infra policy --only role` prints."
}
