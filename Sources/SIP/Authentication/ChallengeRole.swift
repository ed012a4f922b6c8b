/// Who challenges: it decides which header field asks and which answers (RFC 3261, 22.2 and 22.3).
package enum ChallengeRole: UInt8, Sendable, Hashable {
  /// 401, `WWW-Authenticate`, `Authorization`.
  case registrar
  /// 407, `Proxy-Authenticate`, `Proxy-Authorization`.
  case proxy
}
