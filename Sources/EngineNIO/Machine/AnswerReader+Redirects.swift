import SIP

// What a 3xx says.

extension AnswerReader {
  /// Where a 3xx points to first; empty where it names nothing that can be read.
  var redirectTarget: String {
    var target = ""
    _ = message.forEachContact { entry in
      target = ShownText.escape(entry.uri.text)
      return false
    }
    return target
  }

  /// How many contacts of a 3xx are looked at: a long list is no reason to work long.
  private static let redirectLimit = 100

  /// The targets that may be followed, in the order of the answer.
  func redirects(_ rules: RedirectRules) -> [RedirectTarget] {
    guard RedirectRules.isFollowable(message.statusCode) else { return [] }
    var targets: [RedirectTarget] = []
    var seen = 0
    _ = message.forEachContact { entry in
      seen += 1
      guard !entry.isWildcard, let uri = SIPURI(redirect: entry.uri) else {
        return seen < AnswerReader.redirectLimit
      }
      let target = rules.target(
        uri,
        q: entry.q,
        expires: entry.expires ?? message.expires,
        code: message.statusCode
      )
      if let target { targets.append(target) }
      return seen < AnswerReader.redirectLimit
    }
    return targets
  }
}

extension SIPURI {
  /// The URI of a redirect; nil for one that is no SIP URI.
  fileprivate init?(redirect bytes: UnsafeRawBufferPointer) {
    do throws(SIPURIError) { try self.init(parsing: Array(bytes)[...]) } catch { return nil }
  }
}
