using FsCheck;
using FsCheck.Fluent;
using IdentityGrpc.Core.Batching;

namespace IdentityGrpc.Core.Tests.Batching;

public class CallerCountsTests
{
    [Fact]
    public void Of_AfterAnyChanges_IsTheSumOfTheCallersOwn() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<(byte Caller, short Change)[]>(), changes =>
        {
            var counts = new CallerCounts();
            foreach (var (caller, change) in changes) counts.Add(Name(caller), change);
            for (byte caller = 0; caller < 4; caller++)
            {
                Assert.Equal(changes.Where(c => Name(c.Caller) == Name(caller)).Sum(c => c.Change), counts.Of(Name(caller)));
            }
        }));

    private static string Name(byte caller) => caller % 4 == 0 ? "" : $"caller{caller % 4}";
}
