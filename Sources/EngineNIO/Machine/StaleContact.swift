/// A contact of ours that was left behind and may still be bound.
struct StaleContact: Equatable {
  /// As we sent it, or as the registrar lists it.
  var uri: [UInt8]
  /// The registrar lists it beside the present contact although RFC 3261, 19.1.4 takes both for one: it
  /// compares letter by letter, and so takes the one away without the other.
  var isListedApart = false

  init(_ uri: [UInt8]) { self.uri = uri }

  init(_ uri: String) { self.init(Array(uri.utf8)) }
}
