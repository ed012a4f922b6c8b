/// What can be asked of a running agent over its socket: one line of JSON, `{"request":"status"}`.
package struct ControlRequest: Sendable, Codable, Hashable {
  package enum Kind: String, Sendable, Codable { case status }

  package var request: Kind

  package init(_ request: Kind) { self.request = request }
}
