/// Is told how a run comes along, change by change, on the run's own task: it must be quick.
public protocol RunObserver: Sendable {
  func started(_ account: AccountID)
  func ended(_ outcome: Outcome)
  /// These accounts wait for their turn, for their server asked to be left alone; told once a second.
  func held(_ accounts: [HeldAccount])
  /// A turn of the run has ended, or waits for the ledger: the time to show what has been told, perhaps of
  /// thousands of accounts.
  func turnEnded()
}

extension RunObserver {
  public func turnEnded() {}
  public func held(_ accounts: [HeldAccount]) {}
}
