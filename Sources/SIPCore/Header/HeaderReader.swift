/// A typed header with its type left out: for tools, fuzzers and tests that go over all of them.
public struct HeaderReader: Sendable {
    public let name: HeaderName
    /// Whether the header is a list, whose elements are read one by one.
    public let isList: Bool
    private let canonicalText: @Sendable (SIPText) throws(SIPParseError) -> SIPText

    private init<Value>(_ header: SingleHeader<Value>) {
        name = header.name
        isList = false
        canonicalText = { [name] text throws(SIPParseError) in try Value(parsing: text, of: name).text }
    }

    private init<Value>(_ header: ListHeader<Value>) {
        name = header.name
        isList = true
        canonicalText = { [name] text throws(SIPParseError) in try Value(parsing: text, of: name).text }
    }

    /// Reads a value, of a list one element, and gives it as it would be sent. Done twice it changes nothing more.
    public func canonical(_ text: SIPText) throws(SIPParseError) -> SIPText { try canonicalText(text) }

    /// Every typed header, in the order of the alphabet.
    public static let all: [HeaderReader] = [
        Self(ListHeader<AcceptedType>.accept), Self(ListHeader<RankedToken>.acceptEncoding),
        Self(ListHeader<RankedToken>.acceptLanguage), Self(ListHeader<ResourcePriority>.acceptResourcePriority),
        Self(ListHeader<InformationURI>.alertInfo), Self(ListHeader<Method>.allow),
        Self(ListHeader<EventPackage>.allowEvents), Self(ListHeader<InformationURI>.callInfo),
        Self(SingleHeader<ContentDisposition>.contentDisposition), Self(ListHeader<RankedToken>.contentEncoding),
        Self(ListHeader<RankedToken>.contentLanguage), Self(SingleHeader<MediaType>.contentType),
        Self(SingleHeader<CSeq>.cseq), Self(SingleHeader<SIPDate>.date), Self(ListHeader<Diversion>.diversion),
        Self(ListHeader<InformationURI>.errorInfo), Self(SingleHeader<EventHeader>.event),
        Self(SingleHeader<DeltaSeconds>.expires), Self(SingleHeader<DeltaSeconds>.flowTimer),
        Self(SingleHeader<NameAddress>.from), Self(ListHeader<Geolocation>.geolocation),
        Self(SingleHeader<GeolocationError>.geolocationError),
        Self(SingleHeader<GeolocationRouting>.geolocationRouting), Self(ListHeader<HistoryInfo>.historyInfo),
        Self(SingleHeader<MIMEVersion>.mimeVersion), Self(SingleHeader<DeltaSeconds>.minExpires),
        Self(ListHeader<AccessNetworkInfo>.pAccessNetworkInfo), Self(ListHeader<NameAddress>.pAssertedIdentity),
        Self(ListHeader<NameAddress>.pPreferredIdentity), Self(ListHeader<NameAddress>.path),
        Self(SingleHeader<Priority>.priority), Self(SingleHeader<Privacy>.privacy),
        Self(ListHeader<OptionTag>.proxyRequire), Self(ListHeader<Reason>.reason),
        Self(ListHeader<NameAddress>.recordRoute), Self(SingleHeader<NameAddress>.referTo),
        Self(SingleHeader<Replaces>.replaces), Self(SingleHeader<NameAddress>.replyTo),
        Self(ListHeader<OptionTag>.require), Self(ListHeader<ResourcePriority>.resourcePriority),
        Self(SingleHeader<RetryAfter>.retryAfter), Self(ListHeader<NameAddress>.route),
        Self(SingleHeader<Products>.server), Self(ListHeader<NameAddress>.serviceRoute),
        Self(SingleHeader<SubscriptionStateHeader>.subscriptionState), Self(ListHeader<OptionTag>.supported),
        Self(SingleHeader<Timestamp>.timestamp), Self(SingleHeader<NameAddress>.to),
        Self(ListHeader<OptionTag>.unsupported), Self(SingleHeader<Products>.userAgent), Self(ListHeader<Via>.via),
        Self(ListHeader<Warning>.warning),
    ]
}
