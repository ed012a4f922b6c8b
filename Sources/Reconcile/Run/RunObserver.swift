/// Is told how a run comes along, change by change, on the run's own task: it must be quick.
public protocol RunObserver: Sendable {
  func started(_ account: AccountID)
  func ended(_ outcome: Outcome)
  /// Everything of one turn has been told, perhaps of thousands of accounts: the time to show it.
  func turnEnded()
}

extension RunObserver {
  public func turnEnded() {}
}
