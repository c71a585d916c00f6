public import E911Values

/// How the ALI side is told of the site's ELINs.
public struct ALIConfiguration: Equatable, Sendable, Codable {
    /// Who the subscriber is; `nil` is the site's name.
    public var customerName: String?
    /// NENA's code; 4 is a business PBX.
    public var classOfService = "4"
    /// NENA's code; 0 is neither foreign exchange nor non-published.
    public var typeOfService = "0"
    public var exchange: String?
    public var esn: String?
    public var countyID: String?
    public var companyID: String?
    public var sourceID: String?
    /// The main number of the account; `nil` is the default ELIN of the default call server.
    public var mainNumber: TelephoneNumber?
    public var lineEnd: ALILineEnd = .none
    public var columns: [ALIColumn] = ALIColumn.standard
    /// Whether records of ELINs of locations and call servers are pushed too, not only those of pools with `ali: push`.
    public var pushesFixed = false
    /// Where changes are pushed; `nil` is nowhere.
    public var push: WebhookConfiguration?

    public init() {}
}

/// A web address that JSON is posted to.
public struct WebhookConfiguration: Hashable, Sendable, Codable {
    /// `https://…`; `http://` for a host of the own network.
    public var url: String
    /// The path of a file that holds a token alone, sent as `Authorization: Bearer`; it is read for each request.
    public var tokenFile: String?

    public init(url: String, tokenFile: String? = nil) {
        self.url = url
        self.tokenFile = tokenFile
    }
}
