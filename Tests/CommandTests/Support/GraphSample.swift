/// A manifest whose graph has all that a drawing must show.
enum GraphSample {
  static let manifest = """
    apiVersion: sipreconcile/v1
    owner: office
    accounts:
      push:
        identity: sip:alice@push.example.org
      other:
        identity: sip:other@push.example.org
      desk:
        identity: sip:desk@pbx.example.com
        dependsOn: push
      hall:
        identity: sip:hall@pbx.example.com
        dependsOn: [{ account: other, contact: own, condition: attempted }, desk]
      'odd "name" <&> [x]|#\\ é':
        identity: sip:odd@pbx.example.com
        dependsOn: { account: push, contact: own }
      idle:
        identity: sip:idle@pbx.example.com
        register: false
      alone:
        identity: sip:a-very-long-user-part-indeed@a-very-long-name.of-a.registrar.example.com

    """
}
