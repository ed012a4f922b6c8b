/// Is told how a run comes along, change by change, on the run's own task: it must be quick.
public protocol RunObserver: Sendable {
  func started(_ account: AccountID)
  func ended(_ outcome: Outcome)
}
