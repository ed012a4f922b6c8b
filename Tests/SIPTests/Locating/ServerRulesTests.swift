import Testing

@testable import SIP

struct ServerRulesTests {
  private static func zone(_ localAddresses: LocalAddresses = .refuse) -> ZoneAnswers {
    var zone = ZoneAnswers()
    zone.locator = ServerLocator(
      supported: [.udp, .tcp, .tls],
      rules: ServerRules(localAddresses: localAddresses)
    )
    return zone
  }

  private static func outcome(_ zone: inout ZoneAnswers, _ uri: String) throws -> ServerLocator.Action? {
    zone.locate(Destination(try SIPURI(parsing: uri)))
  }

  private static let refused: [(address: String, kind: ServerRefusal.AddressKind)] = [
    ("127.0.0.1", .loopback), ("127.255.0.9", .loopback), ("169.254.169.254", .linkLocal),
    ("224.0.1.75", .multicast), ("255.255.255.255", .broadcast), ("0.0.0.0", .unspecified),
    ("[::1]", .loopback), ("[::]", .unspecified), ("[fe80::1]", .linkLocal), ("[febf::1]", .linkLocal),
    ("[ff02::1]", .multicast), ("[::ffff:127.0.0.1]", .loopback), ("[64:ff9b::a9fe:a9fe]", .linkLocal),
  ]

  @Test("SEC-42 a public name leads to no address of this machine or of everybody", arguments: refused)
  func refusedAddresses(address: String, kind: ServerRefusal.AddressKind) throws {
    var zone = Self.zone()
    zone.host("reg.example.com", [address])
    zone.srv("_sip._udp.example.com", [(0, 0, 5060, "reg.example.com")])
    let host = try #require(Host(address))
    for (uri, name) in [("sip:reg.example.com:5060", "reg.example.com"), ("sip:example.com", "example.com")] {
      let refusal = ServerRefusal(name: name, reason: .address(host, kind))
      #expect(try Self.outcome(&zone, uri) == .failed(7, .refused(refusal)))
    }
  }

  @Test("SEC-42 a service record whose target is localhost is refused like its address")
  func serviceAtLocalhost() throws {
    var zone = Self.zone()
    zone.srv("_sip._udp.example.com", [(0, 0, 5060, "localhost")])
    guard case .failed(_, .refused(let refusal)) = try Self.outcome(&zone, "sip:example.com;transport=udp")
    else { return #expect(Bool(false), "it was not refused") }
    #expect(
      refusal.description.hasPrefix("example.com leads to ::1, a loopback address")
        || refusal.description.hasPrefix("example.com leads to [::1], a loopback address")
    )
  }

  @Test("SEC-42 private addresses are a carrier's own network, and are used")
  func privateAddresses() throws {
    var zone = Self.zone()
    zone.host("reg.example.com", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fd00::1]"])
    #expect(try zone.servers("sip:reg.example.com:5060").count == 5)
  }

  @Test("SEC-42 what is refused is left out with a warning, and the others are used")
  func oneOfTwo() throws {
    var zone = Self.zone()
    zone.host("reg.example.com", ["127.0.0.1", "192.0.2.1"])
    let location = try #require(try zone.location("sip:reg.example.com:5060"))
    #expect(location.targets.map(\.server.description) == ["192.0.2.1:5060 over UDP"])
    #expect(
      location.warnings.map(\.description) == [
        "a server is left out: reg.example.com leads to 127.0.0.1, a loopback address, where no server of a "
          + "public name is: check its DNS records; `engine: { localAddresses: allow }` allows it"
      ]
    )
  }

  @Test(
    "SEC-42 a local name, and an address in the file, may be of this machine",
    arguments: [
      "registrar", "registrar.", "reg.test", "REG.Internal", "a.b.local", "pbx.lan", "pbx.home.arpa",
      "x.localhost",
    ]
  )
  func localNames(name: String) throws {
    #expect(ServerRules.isLocal(name))
    var zone = Self.zone()
    zone.host(DNSQuery(name, .a).name, ["127.0.0.1"])
    #expect(try zone.servers("sip:\(name):99").contains("127.0.0.1:99 over UDP"))
    #expect(try zone.servers("sip:127.0.0.1:99") == ["127.0.0.1:99 over UDP"])
  }

  @Test(
    "SEC-42 a name that only looks local is public",
    arguments: ["test.example.com", "local.net", "mylan.org", "arpa.example.org", "xhome.arpa"]
  )
  func publicNames(name: String) { #expect(!ServerRules.isLocal(name)) }

  @Test("SEC-42 what this machine's hosts file says is as good as declared")
  func hostsFile() throws {
    var zone = Self.zone()
    zone.host("pbx.example.com", ["127.0.1.1"], isFromHostsFile: true)
    zone.srv("_sip._udp.example.com", [(0, 0, 99, "pbx.example.com")])
    #expect(try zone.servers("sip:pbx.example.com:5060").contains("127.0.1.1:5060 over UDP"))
    #expect(try zone.servers("sip:example.com;transport=udp") == ["127.0.1.1:99 over UDP"])
  }

  @Test("SEC-42 SEC-43 nothing is refused where all name servers are this machine's own, unless that is said")
  func ownNameServers() throws {
    let own = Endpoint(address: try #require(Host("127.0.0.1")), port: 53)
    let other = Endpoint(address: try #require(Host("192.0.2.53")), port: 53)
    #expect(LocalAddresses.chosen(nil, nameServers: []) == .refuse)
    #expect(LocalAddresses.chosen(nil, nameServers: [own]) == .allow)
    #expect(LocalAddresses.chosen(nil, nameServers: [own, other]) == .refuse)
    #expect(LocalAddresses.chosen(.refuse, nameServers: [own]) == .refuse)
    #expect(LocalAddresses.chosen(.allow, nameServers: []) == .allow)
  }

  @Test("SEC-43 of the privileged ports a service record may name those of HTTP and HTTPS only")
  func privilegedPorts() throws {
    var zone = Self.zone()
    zone.host("a.example.com", ["192.0.2.1"])
    for port in [1, 25, 53, 1023] as [UInt16] {
      zone.srv("_sip._udp.example.com", [(0, 0, port, "a.example.com")])
      let refusal = ServerRefusal(name: "example.com", reason: .port(port))
      zone.locator = ServerLocator(supported: [.udp])
      #expect(
        try Self.outcome(&zone, "sip:example.com;transport=udp") == .failed(7, .refused(refusal))
      )
    }
    for port in [80, 443, 1024, 5060] as [UInt16] {
      zone.srv("_sip._udp.example.com", [(0, 0, port, "a.example.com")])
      zone.locator = ServerLocator(supported: [.udp])
      #expect(try zone.servers("sip:example.com;transport=udp") == ["192.0.2.1:\(port) over UDP"])
    }
    #expect(try zone.servers("sip:a.example.com:25") == ["192.0.2.1:25 over UDP"], "the file names it")
  }

  @Test("SEC-42 SEC-43 who allows local addresses gets them, and any port")
  func allowed() throws {
    var zone = Self.zone(.allow)
    zone.host("reg.example.com", ["127.0.0.1"])
    zone.srv("_sip._udp.example.com", [(0, 0, 25, "reg.example.com")])
    #expect(try zone.servers("sip:example.com;transport=udp") == ["127.0.0.1:25 over UDP"])
  }

  @Test("SEC-43 a refused port says what allows it")
  func words() {
    #expect(
      ServerRefusal(name: "example.com", reason: .port(25)).description
        == "example.com leads to port 25, which is no SIP port: of the ports below 1024, 80 and 443 are used; check "
        + "its DNS records, or declare the port in the registrar's URI; `engine: { localAddresses: allow }` allows it"
    )
  }
}
