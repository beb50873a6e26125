output "target" {
  value       = aws_cloudfront_distribution.site.domain_name
  description = "Where the records of the hosts have to point, where Route 53 is not what serves them."
}

output "hosts" {
  value       = sort(tolist(local.hosts))
  description = "The hosts that are served."
}

output "distribution_id" {
  value       = aws_cloudfront_distribution.site.id
  description = "For an invalidation, when a revocation must not wait for max_age."
}
