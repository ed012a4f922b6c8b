import SIP
import Testing

@testable import sipreconcile

@Suite struct OptionValueTests {
  @Test func durationsHaveAUnit() {
    #expect(DurationArgument(argument: "50ms")?.duration == .milliseconds(50))
    #expect(DurationArgument(argument: "10s")?.duration == .seconds(10))
    #expect(DurationArgument(argument: "5m")?.duration == .seconds(300))
    #expect(DurationArgument(argument: "2h")?.duration == .seconds(7200))
    for text in ["10", "s", "-1s", "1.5s", "99999999999999999h", ""] {
      #expect(DurationArgument(argument: text) == nil, "\(text)")
    }
  }

  @Test("HAR-03 the SIP timers can be chosen one by one")
  func timersAreChosenOneByOne() {
    let choice = TimerChoice(argument: "t1=50ms,t4=1s")
    #expect(choice?.t1 == .milliseconds(50))
    #expect(choice?.t2 == .seconds(4))
    #expect(choice?.t4 == .seconds(1))
    for text in ["t3=1s", "t1", "t1=", "t1=0s", "t1=1s,"] {
      #expect(TimerChoice(argument: text) == nil, "\(text)")
    }
  }

  @Test(arguments: [
    ["--bind", "nowhere", "such as 192.0.2.1:5060"], ["--timers", "t9=1s", "t1=50ms,t2=400ms,t4=500ms"],
    ["--advertise", "a b", "pbx.example.com"], ["--timeout", "10", "ms, s, m or h"],
  ])
  func aWrongValueIsToldWithWhatIsAllowed(_ option: [String]) async throws {
    let ending = await (try Laboratory()).run("plan", "a.yaml", option[0], option[1])
    #expect(ending.status == 64)
    #expect(ending.errors.contains(option[0]) && ending.errors.contains(option[2]))
  }

  @Test("SEC-70 a user that cannot be read is not repeated, for it may be a password")
  func aUserThatCannotBeReadIsNotRepeated() async throws {
    for value in [":c4n4ry", "c4n4ry"] {
      let ending = await (try Laboratory()).run("registrar", "--user", value)
      #expect(ending.status == 64)
      #expect(ending.errors.contains("name:password"))
      #expect(!(ending.output + ending.errors).contains("c4n4ry"))
    }
  }

  @Test func listenAddressesMayNameATransport() {
    #expect(ListenAddress(argument: "127.0.0.1:5060")?.transport == .udp)
    #expect(ListenAddress(argument: "TCP:127.0.0.1:5060")?.description == "tcp:127.0.0.1:5060")
    #expect(ListenAddress(argument: "tls:[::1]:0")?.endpoint.description == "[::1]:0")
    #expect(ListenAddress(argument: "[::1]:7")?.description == "[::1]:7")
    #expect(ListenAddress(argument: "udp:localhost")?.description == "127.0.0.1:0")
    for text in ["sctp:127.0.0.1:1", "tcp:", "tcp:pbx.example.com:1", "tls"] {
      #expect(ListenAddress(argument: text) == nil, "\(text)")
    }
  }

  @Test func addressesToBindAreLiteral() {
    #expect(BindAddress(argument: "192.0.2.1:5060")?.endpoint.description == "192.0.2.1:5060")
    #expect(BindAddress(argument: "[::1]:0")?.endpoint.description == "[::1]:0")
    #expect(BindAddress(argument: "192.0.2.1")?.endpoint.port == 0)
    #expect(BindAddress(argument: "localhost:7")?.endpoint.description == "127.0.0.1:7")
    #expect(BindAddress(argument: "pbx.example.com:5060") == nil)
    #expect(BindAddress(argument: "192.0.2.1:99999") == nil)
  }

  @Test("HAR-02 a name server is named by its address, with port 53 unless another is given")
  func nameServersAreAddresses() {
    #expect(NameServerAddress(argument: "127.0.0.1:5353")?.endpoint.description == "127.0.0.1:5353")
    #expect(NameServerAddress(argument: "192.0.2.53")?.endpoint.port == 53)
    #expect(NameServerAddress(argument: "[::1]:5353")?.endpoint.description == "[::1]:5353")
    for text in ["ns.example.org", "192.0.2.53:0", "::1", ""] {
      #expect(NameServerAddress(argument: text) == nil, "\(text)")
    }
  }

  @Test func advertisedAddressesMayBeNames() {
    #expect(AdvertisedAddress(argument: "pbx.example.com")?.port == nil)
    #expect(AdvertisedAddress(argument: "pbx.example.com:5062")?.port == 5062)
    #expect(AdvertisedAddress(argument: "a b") == nil)
  }
}
