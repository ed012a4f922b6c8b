import Reconcile

/// What was seen of this machine and of our own files.
struct LocalFacts: Sendable, Equatable {
  enum State: Sendable, Equatable {
    case missing(path: String)
    case readable(path: String, registrations: Int)
    /// With our own words for it.
    case unreadable(String)
  }

  /// The address that the file or an option binds.
  enum Bind: Sendable, Equatable {
    case free(String)
    /// The agent that runs has it, as it should.
    case heldByAgent(String)
    /// With the system's words.
    case unavailable(String)
  }

  struct OpenFiles: Sendable, Equatable {
    /// What the process may open.
    var limit: Int
    /// What a watch of these files may need.
    var needed: Int
  }

  enum FileWatching: Sendable, Equatable {
    case works(files: Int)
    case failed(String)
  }

  var state: State
  /// The process that holds the state, in words; nil where none does.
  var holder: String?
  /// Credentials and push ids that the accounts declare.
  var secrets = 0
  /// Complaints about secrets and about the files of `tls:`.
  var complaints: [Diagnostic] = []
  /// Nil where nothing is bound on purpose.
  var bind: Bind?
  var openFiles: OpenFiles?
  /// Nil where the system has no such notifications.
  var fileWatching: FileWatching?

  init(state: State) { self.state = state }
}
