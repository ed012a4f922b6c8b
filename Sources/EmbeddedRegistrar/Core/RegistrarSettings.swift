package import SIP

/// How an embedded registrar behaves; the defaults are an open registrar for any domain.
package struct RegistrarSettings: Sendable {
  /// The domains that it serves, in Request-URI and To; empty serves any.
  package var domains: [Host] = []
  /// Who may register what; nil lets everybody register everything.
  package var access: RegistrarAccess?
  /// The realm of its challenges.
  package var realm = "sipreconcile"
  /// One challenge row for each, in this order; the strongest first (RFC 8760, 2.3).
  package var algorithms: [DigestAlgorithm] = [.sha256, .md5]
  /// True takes digest answers whose `uri` is not the Request-URI, as load tools send them; RFC 7616, 3.4.6
  /// has them refused.
  package var acceptsAnyDigestURI = false
  /// How long a nonce may be used.
  package var nonceLifetime: Duration = .seconds(600)
  /// Seconds that a binding lasts if the request names none.
  package var defaultExpires: UInt32 = 3600
  /// A shorter wish is answered with 423, unless it is 0 or an hour at least (RFC 3261, 10.3 step 7).
  package var minExpires: UInt32 = 60
  /// A longer wish is granted only so many seconds.
  package var maxExpires: UInt32 = 7200
  package var limits = RegistrarLimits()

  package init() {}
}
