/// One thing that the doctor looked at, and what came of it.
struct Finding: Encodable, Sendable, Equatable {
  /// What was looked at; a stable word for programs.
  enum Check: String, Encodable, Sendable, CaseIterable {
    /// The state file.
    case state
    /// Who holds the state.
    case lock
    /// Whether secrets can be had, and who may read their files.
    case secrets
    /// The files of `tls:`.
    case tlsFiles
    /// The address of `--bind` or `engine.bind`.
    case bind
    /// How many files and connections the process may have open.
    case openFiles
    /// Whether changes of files are noticed.
    case fileWatching
    /// The name servers' answers.
    case dns
    /// Whether a server answers at all.
    case reach
    /// The server's certificate and the way it is secured.
    case tls
    /// Our address, and the one that the server sees.
    case address
    /// Our clock, compared with the server's.
    case clock
    /// Whether the registrar accepts the credentials and tells the bindings.
    case auth
  }

  enum Verdict: String, Encodable, Sendable, CaseIterable {
    case ok
    /// Works, and may not for long or not for everything.
    case warning
    /// Does not work.
    case problem
  }

  var check: Check
  var verdict: Verdict
  /// Such as `192.0.2.1:5060 over UDP`.
  var server: String?
  var account: String?
  /// What was found, in one sentence.
  var message: String
  /// What a person can do about it.
  var remedy: String?

  init(
    _ check: Check,
    _ verdict: Verdict,
    _ message: String,
    remedy: String? = nil,
    server: String? = nil,
    account: String? = nil
  ) {
    self.check = check
    self.verdict = verdict
    self.message = message
    self.remedy = remedy
    self.server = server
    self.account = account
  }
}
