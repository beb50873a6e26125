# A Web Key Directory: the tree that `longhand keys wkd` wrote, behind https.

locals {
  names = { advanced = "openpgpkey.${var.domain}", direct = var.domain }
  hosts = toset([for host in var.hosts : local.names[host]])

  # Binary certificates, and the policy file, which is there even when it is empty.
  files = fileset(var.tree, ".well-known/openpgpkey/**")
}

resource "aws_s3_bucket" "site" {
  bucket = var.bucket
  tags   = var.tags
}

# Nobody reads or writes it from outside but CloudFront.
resource "aws_s3_bucket_public_access_block" "site" {
  bucket                  = aws_s3_bucket.site.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# What a certificate was before stays there, as do the signatures that it explains.
resource "aws_s3_bucket_versioning" "site" {
  bucket = aws_s3_bucket.site.id

  versioning_configuration {
    status = "Enabled"
  }
}

# A file that the tree no longer has is removed, as `longhand keys wkd` removes it from the tree.
resource "aws_s3_object" "file" {
  for_each = local.files

  bucket        = aws_s3_bucket.site.id
  key           = each.value
  source        = "${var.tree}/${each.value}"
  source_hash   = filesha256("${var.tree}/${each.value}")
  content_type  = endswith(each.value, "/policy") ? "text/plain" : "application/octet-stream"
  cache_control = "public, max-age=${var.max_age}"
}

resource "aws_s3_bucket_policy" "site" {
  bucket = aws_s3_bucket.site.id

  # With the right to list, a file that is not there is answered by 404, as clients expect, and not by 403.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "CloudFrontReads"
        Effect    = "Allow"
        Principal = { Service = ["cloudfront.amazonaws.com"] }
        Action    = ["s3:GetObject", "s3:ListBucket"]
        Resource  = [aws_s3_bucket.site.arn, "${aws_s3_bucket.site.arn}/*"]
        Condition = { StringEquals = { "aws:SourceArn" = [aws_cloudfront_distribution.site.arn] } }
      },
    ]
  })
}

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = var.bucket
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# Pages in a browser look keys up too, from wherever they come.
resource "aws_cloudfront_response_headers_policy" "site" {
  name = var.bucket

  cors_config {
    access_control_allow_credentials = false
    origin_override                  = true

    access_control_allow_headers {
      items = ["*"]
    }

    access_control_allow_methods {
      items = ["GET", "HEAD"]
    }

    access_control_allow_origins {
      items = ["*"]
    }
  }

  security_headers_config {
    content_type_options {
      override = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      override                   = true
    }
  }
}

# The ?l= that clients send makes no difference, nor does anything else but the path.
resource "aws_cloudfront_cache_policy" "site" {
  name        = var.bucket
  min_ttl     = 0
  default_ttl = var.max_age
  max_ttl     = var.max_age

  parameters_in_cache_key_and_forwarded_to_origin {
    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

resource "aws_cloudfront_distribution" "site" {
  enabled         = true
  comment         = "Web Key Directory of ${var.domain}"
  aliases         = local.hosts
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100"

  # Of / alone, which would list the bucket otherwise. No file has that name, so that it is answered by 404.
  default_root_object = "index.html"

  tags = var.tags

  origin {
    domain_name              = aws_s3_bucket.site.bucket_regional_domain_name
    origin_id                = "tree"
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  default_cache_behavior {
    target_origin_id           = "tree"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "https-only"
    cache_policy_id            = aws_cloudfront_cache_policy.site.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.site.id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}

resource "aws_route53_record" "host" {
  for_each = var.zone_id == null ? toset([]) : local.hosts

  zone_id = var.zone_id
  name    = each.value
  type    = "A"

  alias {
    name                   = aws_cloudfront_distribution.site.domain_name
    zone_id                = aws_cloudfront_distribution.site.hosted_zone_id
    evaluate_target_health = false
  }
}
