import SIP

/// What a run knows of one account.
struct RunAccount: Sendable {
  /// Where it stands among the declared accounts.
  var position: Int32?
  /// Its row that is no tombstone, as a position in what was observed.
  var row: Int32?
  /// The step that the engine is at work on.
  var active: EngineRun.Active?
  /// Of the registration that began in this run.
  var callID: String?
  /// The contact that it has bound in this run.
  var contact: String?
  /// The engine has it.
  var isResident = false
  /// The engine had it, under this name or an earlier one, and let it go to be given it anew.
  var hasLeft = false
  /// Its REGISTER is on its way: that may be before its step begins, for a dependent follows its master in the
  /// engine itself.
  var isUnderway = false
}

/// The accounts of a run as a flat array, so that all about one costs a single look-up by name.
struct RunAccounts: Sendable {
  private var numbers: [AccountID: Int32] = [:]
  private var list: [RunAccount] = []

  mutating func reserveCapacity(_ count: Int) {
    numbers.reserveCapacity(count)
    list.reserveCapacity(count)
  }

  /// The number of an account that may be new here.
  mutating func number(of id: AccountID) -> Int {
    if let number = numbers[id] { return Int(number) }
    numbers[id] = Int32(list.count)
    list.append(RunAccount())
    return list.count - 1
  }

  /// Nil for an account that the run has not heard of.
  func find(_ id: AccountID) -> Int? { numbers[id].map { Int($0) } }

  subscript(number: Int) -> RunAccount {
    get { list[number] }
    _modify { yield &list[number] }
  }

  /// What is known of an account, which may be nothing.
  subscript(id: AccountID) -> RunAccount? { find(id).map { list[$0] } }

  var residents: Set<AccountID> {
    Set(numbers.lazy.filter { list[Int($0.value)].isResident }.map(\.key))
  }

  /// The changes whose first REGISTER still waits in the engine.
  var unsentChanges: Set<Int> {
    Set(list.lazy.compactMap(\.active).filter { !$0.isSent && $0.ref.step == 0 }.map(\.ref.change))
  }
}
