import ELINEngine

/// A site that answers no more. To take a large one apart takes milliseconds, so it is handed out (``NodeEffect/discard(_:)``)
/// and ends where it holds up nobody.
public struct ReplacedSite: Sendable {
    let model: SiteModel
    let elins: ELINTables
}

extension ReplacedSite: Equatable {
    public static func == (a: ReplacedSite, b: ReplacedSite) -> Bool {
        a.model.configuration == b.model.configuration
    }
}
