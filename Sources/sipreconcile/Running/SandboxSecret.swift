import SIP

/// The secret that stands in for a missing one in a rehearsal.
enum SandboxSecret {
  static let value = Secret("sandbox")
}
