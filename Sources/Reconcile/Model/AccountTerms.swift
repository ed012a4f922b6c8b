import SIP

/// The fields of an account that most accounts have from the defaults of their file, as one part that they share.
struct AccountTerms: Sendable, Hashable, Codable {
  var from: NameAddress?
  var contact: ContactDeclaration?
  var push: PushParameters?
  var outbound = OutboundSettings()
  var headers: [HeaderField] = []
  var retry = RetryPolicy()
  var onRemove = RemovalPolicy.unregister
  var onMasterLoss = MasterLossPolicy.keep
  var exclusive = false
  var protect = false
  var sharedIdentity = false
  var redirects: [String] = []
  var redirect: SIPURI?
  var tls: TLSSettings?

  /// Every default value.
  static let usual = [AccountTerms()]
}
