/// What a registrar's 2xx says beside our binding. It is shown, and never put into a REGISTER.
public struct RegistrarNotice: Sendable, Hashable {
  /// What is said of push notifications (RFC 8599).
  public struct Push: Sendable, Hashable {
    /// The push services that the network uses by itself; with none, nobody wakes the device.
    public var providers: [String] = []
    /// How long before its end a binding is to be refreshed, in seconds (`+sip.pnsreg`).
    public var refreshLead: UInt32?
    /// The number that stands for the push service and the device (`+sip.pnspurr`).
    public var reference: String?

    public init() {}
  }

  /// The proxies between us and the registrar, the nearest first (RFC 3327).
  public var path: [String] {
    get { parts.first?.path ?? [] }
    set { change { $0.path = newValue } }
  }

  /// The way of requests that we would send beside REGISTERs (RFC 3608).
  public var serviceRoute: [String] {
    get { parts.first?.serviceRoute ?? [] }
    set { change { $0.serviceRoute = newValue } }
  }

  /// Other identities of the same user (RFC 7315, 4.1). That they stand here does not mean that they are registered.
  public var associatedURIs: [String] {
    get { parts.first?.associatedURIs ?? [] }
    set { change { $0.associatedURIs = newValue } }
  }

  public var push: Push {
    get { parts.first?.push ?? Push() }
    set { change { $0.push = newValue } }
  }

  public var isEmpty: Bool { parts.isEmpty }

  public init() {}

  private struct Parts: Sendable, Hashable {
    var path: [String] = []
    var serviceRoute: [String] = []
    var associatedURIs: [String] = []
    var push = Push()
  }

  /// One at most, and none where nothing is said: nearly every account takes one word of memory.
  private var parts: [Parts] = []

  private mutating func change(_ body: (inout Parts) -> Void) {
    var new = parts.first ?? Parts()
    body(&new)
    parts = new == Parts() ? [] : [new]
  }
}
