import Foundation
import Reconcile
import SIP
import Testing

@testable import sipreconcile

@Suite struct GraphCommandTests {
  @Test(arguments: GraphFormat.allCases)
  func eachFormIsDeterministicAndEscapesNames(_ format: GraphFormat) async throws {
    let laboratory = try Laboratory()
    try laboratory.write(GraphSample.manifest)
    let ending = await laboratory.run("graph", "accounts.yaml", "--format", format.rawValue)
    #expect(ending.status == 0)
    try Golden.expect(ending.output, equals: "graph-\(format.rawValue).txt")
  }

  @Test func textIsTheUsualForm() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(GraphSample.manifest)
    let usual = await laboratory.run("graph", "accounts.yaml")
    #expect(await laboratory.run("graph", "accounts.yaml", "--format", "text").output == usual.output)
    #expect(await laboratory.run("graph", "accounts.yaml", "--format", "png").status == 64)
    #expect(await laboratory.run("graph", "accounts.yaml", "-o", "json").status == 64)
  }

  @Test func anInvalidFileIsToldAndNothingIsDrawn() async throws {
    let laboratory = try Laboratory()
    try laboratory.write(Manifest.invalid)
    let ending = await laboratory.run("graph", "accounts.yaml")
    #expect(ending.status == 3)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.contains("accounts.yaml:6:5: error"))
  }

  @Test func noTwoBoxesMeet() {
    var state = DesiredState(owner: "x")
    for number in 0..<400 {
      let id = AccountID("a\(number)")
      let uri = SIPURI(user: id.name, host: .name("example.org"))
      var account = Account(id: id, identity: NameAddress(uri: uri))
      // Trees of several depths, a chain, and some that stand alone.
      if number % 7 != 0 { account.dependsOn = [Dependency(account: AccountID("a\(number / 3)"))] }
      if number % 5 == 0, number % 7 != 0, number > 20 {
        account.dependsOn.append(Dependency(account: AccountID("a\(number - 1)"), contact: .own))
      }
      state.accounts.append(DesiredAccount(account))
    }
    state.accounts[1].account.dependsOn = []
    let graph = AccountGraph(state)
    let places = GraphLayout(graph).places
    for column in Set(places.map(\.column)) {
      let rows = places.filter { $0.column == column }.map(\.row).sorted()
      for (first, second) in zip(rows, rows.dropFirst()) { #expect(second - first >= 1) }
    }
    for (index, node) in graph.nodes.enumerated() {
      for edge in node.masters { #expect(places[edge.master].column < places[index].column) }
    }
  }

  @Test func aChainAsLongAsTheFileIsDrawn() {
    var state = DesiredState(owner: "x")
    for number in 0..<3000 {
      let uri = SIPURI(user: "u\(number)", host: .name("example.org"))
      var account = Account(id: AccountID("a\(number)"), identity: NameAddress(uri: uri))
      if number > 0 { account.dependsOn = [Dependency(account: AccountID("a\(number - 1)"))] }
      state.accounts.append(DesiredAccount(account))
    }
    let graph = AccountGraph(state)
    for format in GraphFormat.allCases { #expect(format.lines(of: graph).count >= 3000) }
  }
}
