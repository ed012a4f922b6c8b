import Reconcile

/// The graph of dependencies over all files: unknown masters, cycles, masters that are switched off.
struct DependencyGraph {
  let accounts: [DesiredAccount]
  let names: ByteTable
  /// With `account` as a place in `accounts`.
  let dependencies: [DeclaredDependency]
  private var diagnostics: [Diagnostic] = []
  /// For each account the masters that exist, as places; the edges of one account stand together.
  private var masters: [[Int]] = []

  init(accounts: [DesiredAccount], names: ByteTable, dependencies: [DeclaredDependency]) {
    self.accounts = accounts
    self.names = names
    self.dependencies = dependencies
  }

  mutating func check() -> [Diagnostic] {
    guard !dependencies.isEmpty else { return [] }
    masters = Array(repeating: [], count: accounts.count)
    var guesses = 0
    for dependency in dependencies {
      guard let master = names.find(dependency.master.name) else {
        guesses += 1
        reportUnknown(dependency, guesses: guesses <= 20)
        continue
      }
      let name = accounts[dependency.account].account.id
      if master == dependency.account {
        report(.error, dependency, "account `\(name)` depends on itself", "cycle")
        continue
      }
      masters[dependency.account].append(master)
      if accounts[dependency.account].account.register, !accounts[master].account.register {
        let message = "`\(dependency.master)` has `register: false`, so `\(name)` will be blocked"
        report(.warning, dependency, message, "master-off")
      }
    }
    findCycles()
    return diagnostics
  }

  private mutating func reportUnknown(_ dependency: DeclaredDependency, guesses: Bool) {
    let name = dependency.master.name
    let hint = guesses ? Spelling.hint(name, among: accounts.lazy.map { $0.account.id.name }) : ""
    report(.error, dependency, "no account is named `\(name)`\(hint)", "unknown-account")
  }

  private mutating func report(
    _ severity: Diagnostic.Severity,
    _ dependency: DeclaredDependency,
    _ message: String,
    _ rule: String
  ) {
    diagnostics.append(Diagnostic(severity, at: dependency.at, message, rule: rule))
  }

  /// Depth first with a stack of its own, so that a chain of any length is no danger.
  private mutating func findCycles() {
    enum Mark { case new, open, done }
    var marks = Array(repeating: Mark.new, count: accounts.count)
    for start in accounts.indices where marks[start] == .new {
      var path: [(account: Int, next: Int)] = [(start, 0)]
      marks[start] = .open
      while let last = path.last {
        guard last.next < masters[last.account].count else {
          marks[last.account] = .done
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let master = masters[last.account][last.next]
        switch marks[master] {
        case .new:
          marks[master] = .open
          path.append((master, 0))
        case .open: reportCycle(path.map(\.account), from: master)
        case .done: break
        }
      }
    }
  }

  /// The cycle from its first account in the files, which is where it is reported.
  private mutating func reportCycle(_ path: [Int], from account: Int) {
    guard let start = path.firstIndex(of: account) else { return }
    var cycle = Array(path[start...])
    if let first = cycle.min(), let position = cycle.firstIndex(of: first) {
      cycle = Array(cycle[position...] + cycle[..<position])
    }
    let closed = cycle + [cycle[0]]
    let text = closed.map { accounts[$0].account.id.name }.joined(separator: " → ")
    let at = dependencies.first { $0.account == cycle[0] && names.find($0.master.name) == closed[1] }?.at
    diagnostics.append(Diagnostic(.error, at: at, "accounts depend on each other: \(text)", rule: "cycle"))
  }
}
