/// Geolocation-Error (RFC 6442 section 4.3): `1*3DIGIT *( SEMI location-error-param )`, for example
/// `100;code="Cannot Process Location"`.
public struct GeolocationError: HeaderValue {
    /// 0 to 999.
    public let code: Int
    public let parameters: Parameters

    public init(parsing text: SIPText) throws(SIPParseError) {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        let code = try scanner.digits("the code of a location error is a number")
        guard code <= 999 else { throw SIPParseError(.headerValue, "the code of a location error has three digits") }
        self.code = Int(code)
        parameters = try scanner.restParameters()
    }

    /// For people.
    public var explanation: SIPText? { parameters["code"] ?? nil }

    public var text: SIPText { SIPText(joining: [SIPText(String(code)), parameters.text]) }
}
