import Reconcile
import SIP

/// An engine that runs, and the address that it listens at.
struct StartedEngine: Sendable {
  var engine: any RegistrationEngine
  /// Nil where the engine has none.
  var address: Endpoint?
}
