/// When a call server is asked for all of its devices, beside the refreshes of its subscriptions.
public enum DownloadSchedule: Equatable, Sendable, Codable {
    /// Every so many seconds.
    case every(seconds: Int)
    /// Each day at these minutes after midnight in the site's time zone, 0 to 1,439.
    case daily(minutes: [Int])

    /// A minute to a week.
    public static let seconds = 60...604_800
    public static let minutes = 0...1439
    /// Most times of a day.
    public static let mostTimes = 48

    /// The minutes after midnight of `HH:MM`, 00:00 to 23:59.
    public static func minutes(of text: String) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 5, digits[2] == UInt8(ascii: ":") else { return nil }
        let values = [0, 1, 3, 4].map { Int(digits[$0]) - 48 }
        guard values.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hour, minute) = (values[0] * 10 + values[1], values[2] * 10 + values[3])
        return hour < 24 && minute < 60 ? hour * 60 + minute : nil
    }

    /// `HH:MM`.
    public static func text(ofMinutes minutes: Int) -> String {
        let digits = [minutes / 600, minutes / 60 % 10, minutes % 60 / 10, minutes % 10]
        return "\(digits[0])\(digits[1]):\(digits[2])\(digits[3])"
    }
}
