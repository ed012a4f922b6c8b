/// The body of `POST /v1/suspend`.
struct SuspendBody: Sendable, Codable {
  var accounts: [String]
  /// Nil: until they are resumed.
  var seconds: Int?
  var reason: String?
}

/// The body of `POST /v1/resume`.
struct ResumeBody: Sendable, Codable { var accounts: [String] }
