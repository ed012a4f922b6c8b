public import Reconcile
public import SIP

/// How an agent goes about its work.
public struct AgentSettings: Sendable {
  /// What a person asked for beside the manifests. `keepsRunning` is set by the agent.
  public var options: PlanOptions
  /// What contacts show in place of the engine's own address, whatever the manifests say; nil: what they say.
  public var advertised: OwnAddress.Advertised?
  /// True to remove all bindings on a stop, dependents first.
  public var unregisterOnExit: Bool
  /// How long such a removal may take.
  public var removalLimit: Duration
  /// How long files must be quiet before they are read, and how long that may be put off.
  public var quiet: Duration
  public var longestQuiet: Duration
  /// How many CSeq numbers are reserved at once for a registration. A registration that has used them up
  /// in one life of the agent goes on under a new Call-ID.
  public var cseqBlock: UInt32
  /// A run without an answer or any progress for this long is given up.
  public var patience: Duration
  /// Where the control socket is; nil for none.
  public var controlPath: String?
  /// Where metrics and health are served over TCP; nil: on the control socket alone.
  public var metricsAddress: Endpoint?
  /// Where alerts go.
  public var alerts = AlertTargets()
  /// Names this run of the agent in alerts.
  public var runID = ""
  /// What the manifests are read from, for the history.
  public var sourceName: String?

  public init() {
    options = PlanOptions()
    unregisterOnExit = false
    removalLimit = .seconds(30)
    quiet = .milliseconds(500)
    longestQuiet = .seconds(5)
    cseqBlock = 4096
    patience = .seconds(120)
  }
}
