import Reconcile

/// What is said about this machine and our own files.
enum LocalFindings {
  static func make(_ facts: LocalFacts) -> [Finding] {
    [state(facts.state), lock(facts)] + secrets(facts)
      + [facts.bind.map(bind), facts.openFiles.map(openFiles), facts.fileWatching.map(fileWatching)]
      .compactMap { $0 }
  }

  private static func state(_ state: LocalFacts.State) -> Finding {
    switch state {
    case .missing(let path): Finding(.state, .ok, "no state yet; the first apply makes \(path)")
    case .readable(let path, let count):
      Finding(.state, .ok, "\(path): \(Columns.count(count, "registration is", "registrations are")) owned")
    case .unreadable(let words): Finding(.state, .problem, words)
    }
  }

  private static func lock(_ facts: LocalFacts) -> Finding {
    guard let holder = facts.holder else { return Finding(.lock, .ok, "no process holds the state") }
    return Finding(.lock, .ok, "the state is held by \(holder)")
  }

  private static func secrets(_ facts: LocalFacts) -> [Finding] {
    let found = facts.complaints.map { complaint in
      let place = complaint.at.map { "\($0): " } ?? ""
      return Finding(
        complaint.rule == "tls" ? .tlsFiles : .secrets,
        complaint.severity == .error ? .problem : .warning,
        place + complaint.message
      )
    }
    guard facts.secrets > 0, !found.contains(where: { $0.check == .secrets && $0.verdict == .problem }) else {
      return found
    }
    let text = facts.secrets == 1 ? "the one secret can be had" : "all \(facts.secrets) secrets can be had"
    return [Finding(.secrets, .ok, text)] + found
  }

  private static func bind(_ bind: LocalFacts.Bind) -> Finding {
    switch bind {
    case .free(let address): Finding(.bind, .ok, "\(address) is free")
    case .heldByAgent(let address): Finding(.bind, .ok, "\(address) is held, as it seems by our own agent")
    case .unavailable(let words):
      Finding(
        .bind,
        .problem,
        words,
        remedy: "Give a free address of this machine with --bind or engine.bind."
      )
    }
  }

  private static func openFiles(_ facts: LocalFacts.OpenFiles) -> Finding {
    let words = "\(facts.limit) files and connections may be open, and up to \(facts.needed) may be needed"
    guard facts.limit < facts.needed else { return Finding(.openFiles, .ok, words) }
    return Finding(
      .openFiles,
      .warning,
      words,
      remedy: "Raise the limit: ulimit -n, or LimitNOFILE of the unit."
    )
  }

  private static func fileWatching(_ facts: LocalFacts.FileWatching) -> Finding {
    switch facts {
    case .works(let count):
      let files = Columns.count(count, "file that a watch follows", "files that a watch follows")
      return Finding(.fileWatching, .ok, "changes are noticed, \(files)")
    case .failed(let words): return Finding(.fileWatching, .warning, words)
    }
  }
}
