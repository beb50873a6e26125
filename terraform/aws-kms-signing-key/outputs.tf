output "key_arn" {
  value       = aws_kms_key.signing.arn
  description = "ARN of the key."
}

output "key" {
  value       = { arn = aws_kms_key.signing.arn, spec = var.key_spec }
  description = "The key as the module oidc-signer-role takes it in `keys`."
}

output "alias" {
  value       = aws_kms_alias.signing.name
  description = "The alias, `alias/NAME-v1`."
}

output "longhand_key" {
  value       = "awskms:///${aws_kms_key.signing.arn}"
  description = "What `longhand sign --key` takes. It names the key by its ARN, so that an alias that somebody repoints signs nothing."
}

output "key_policy" {
  value       = local.key_policy
  description = "The key policy as JSON: what `longhand infra policy --only key` prints."
}
