import EngineNIO
import Reconcile
import SIPTransport

/// Looks whether the files that `tls:` names can be used, so that a wrong one is told of with its place in the
/// manifest, and not when the first connection fails.
enum TLSFileCheck {
  /// An error for each way to use TLS that is not possible, at the first account that declares it.
  static func diagnostics(_ desired: DesiredState) -> [Diagnostic] {
    var seen: Set<Reconcile.TLSSettings> = []
    var last: Reconcile.TLSSettings?
    var found: [Diagnostic] = []
    for declared in desired.accounts {
      // Accounts of one registrar have the same, and follow each other.
      guard let tls = declared.account.tls, tls != last else { continue }
      last = tls
      guard seen.insert(tls).inserted else { continue }
      do throws(TLSSettingsError) {
        _ = try TLSContext(SIPTransport.TLSSettings(tls))
      } catch {
        let place = declared.fieldLocations[.tls] ?? declared.at
        let message = "account `\(declared.account.id)` cannot use TLS: \(error)"
        found.append(Diagnostic(.error, at: place, message, rule: "tls"))
      }
    }
    return found
  }
}
