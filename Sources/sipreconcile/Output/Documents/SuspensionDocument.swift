import Agent

/// What was suspended or resumed as JSON, `sipreconcile.suspension/1`.
struct SuspensionDocument: Encodable, Sendable, Equatable {
  static let formatName = "sipreconcile.suspension/1"

  var format = formatName
  var owner: String
  var suspended: [SuspendedAccount]
  var resumed: [String]

  init(owner: String, _ suspended: [SuspendedAccount], resumed: [String]) {
    self.owner = owner
    self.suspended = suspended
    self.resumed = resumed
  }

  /// For people.
  var sentences: [String] {
    suspended.map { account in
      let end = account.until.map { "until \($0)" } ?? "until it is resumed"
      return
        "\(account.account) is suspended \(end): nothing is sent for it, and its binding lapses when it expires."
    } + resumed.map { "\($0) is no longer suspended." }
  }
}
