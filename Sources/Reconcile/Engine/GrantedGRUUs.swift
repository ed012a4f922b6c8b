/// The GRUUs that a registrar granted with our binding, to the letter (RFC 5627, 4.2); it may grant any, both
/// or none.
public struct GrantedGRUUs: Sendable, Hashable {
  /// Always the same for one identity and instance.
  public var publicURI: String?
  /// Another with each REGISTER; all of them end with the Call-ID.
  public var temporaryURI: String?

  public init(publicURI: String? = nil, temporaryURI: String? = nil) {
    self.publicURI = publicURI
    self.temporaryURI = temporaryURI
  }
}
