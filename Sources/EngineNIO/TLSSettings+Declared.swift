package import Reconcile
import SIP
package import SIPTransport

extension SIPTransport.TLSSettings {
  /// What an account declares; nil is the system's trust.
  package init(_ declared: Reconcile.TLSSettings?) {
    self.init()
    guard let declared else { return }
    trustAnchors = declared.ca
    certificate = declared.certificate
    key = declared.key
    serverName = declared.serverName.flatMap { Host($0) }
    allowsWildcard = declared.allowWildcard
  }
}
