// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/inference/embeddingcache.h"
#include "core/inference/faketextmodel.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <thread>

using namespace driftscope;
using namespace driftscope::inference;

namespace {

using Texts = std::vector<TokenSequence>;
using Vectors = std::vector<std::vector<float>>;

/// Counts the texts that it is asked to embed.
class CountingModel : public FakeTextModel
{
public:
    using FakeTextModel::FakeTextModel;
    Result<Vectors> embed(std::span<const TokenSequence> texts, Pooling pooling, const JobContext& context) override
    {
        embedded += std::ssize(texts);
        return FakeTextModel::embed(texts, pooling, context);
    }
    std::int64_t embedded = 0;
};

} // namespace

class TestEmbeddingCache : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void whatWasAddedIsFoundByTheNextProcess()
    {
        const auto fillOnce = [&] {
            auto cache = opened();
            QVERIFY2(cache.add(Texts {{1, 2}, {3}}, Vectors {vector(1), vector(2)}), "add");
            QCOMPARE(cache.find({3}).value(), vector(2));
            m_path = cache.path();
        };
        fillOnce();
        auto cache = opened();
        QCOMPARE(cache.size(), std::size_t {2});
        QCOMPARE(cache.find({1, 2}).value(), vector(1));
        QVERIFY(!cache.find({1}).has_value());
    }

    void modelsPoolingsAndSizesHaveFilesOfTheirOwn()
    {
        QVERIFY(opened().add(Texts {{1}}, Vectors {vector(1)}).has_value());
        QVERIFY(!opened("other").find({1}).has_value());
        QVERIFY(!opened("model", Pooling::Last).find({1}).has_value());
        QVERIFY(opened().find({1}).has_value());
    }

    void textsAreEmbeddedOnce()
    {
        CountingModel model;
        auto cache = openedFor(model);
        const Texts texts {{1, 2}, {3}, {4, 5, 6}};
        const auto plain = model.embed(texts, Pooling::Mean, {});
        model.embedded = 0;
        const auto first = embedCached(model, texts, Pooling::Mean, cache, {});
        QVERIFY(first.has_value());
        QCOMPARE(model.embedded, std::int64_t {3});
        auto again = openedFor(model);
        const auto second = embedCached(model, Texts {{3}, {9}, {1, 2}}, Pooling::Mean, again, {});
        QVERIFY(second.has_value());
        QCOMPARE(model.embedded, std::int64_t {4});
        QCOMPARE(*first, *plain);
        QCOMPARE((*second)[2], (*plain)[0]);
        QCOMPARE((*second)[0], (*plain)[1]);
    }

    void damagedRecordCountsAsMissing()
    {
        fill();
        flipByte(128 + 32 + 5); // in the first vector
        auto cache = opened();
        QVERIFY(!cache.find({1}).has_value());
        QCOMPARE(cache.find({2}).value(), vector(2));
        QVERIFY(cache.add(Texts {{1}}, Vectors {vector(7)}).has_value());
        QCOMPARE(cache.find({1}).value(), vector(7));
        QCOMPARE(opened().find({1}).value(), vector(7));
    }

    void recordCutShortIsDropped()
    {
        fill();
        std::filesystem::resize_file(m_path, std::filesystem::file_size(m_path) - 3);
        auto cache = opened();
        QCOMPARE(cache.size(), std::size_t {1});
        QVERIFY(cache.add(Texts {{2}}, Vectors {vector(2)}).has_value());
        QCOMPARE(opened().find({2}).value(), vector(2));
    }

    void foreignFileIsBegunAnew()
    {
        fill();
        std::ofstream(m_path) << "something else";
        auto cache = opened();
        QCOMPARE(cache.size(), std::size_t {0});
        QVERIFY(cache.add(Texts {{2}}, Vectors {vector(2)}).has_value());
        QCOMPARE(opened().find({2}).value(), vector(2));
    }

    void filesEmptiedMeanwhileGiveNothingWrong()
    {
        fill();
        const auto cache = opened();
        std::filesystem::resize_file(m_path, 0);
        QVERIFY(!cache.find({1}).has_value());
    }

    // Each has a descriptor and a lock of its own, as two processes have.
    void severalWritersLoseNothing()
    {
        static_cast<void>(opened());
        std::vector<std::thread> writers;
        for (TokenId writer = 0; writer < 4; ++writer) {
            writers.emplace_back([this, writer] {
                auto cache = opened();
                for (TokenId i = 0; i < 50; ++i)
                    static_cast<void>(cache.add(Texts {{writer, i}}, Vectors {vector(float(writer * 100 + i))}));
            });
        }
        for (std::thread& writer : writers)
            writer.join();
        const auto cache = opened();
        QCOMPARE(cache.size(), std::size_t {200});
        for (TokenId writer = 0; writer < 4; ++writer) {
            for (TokenId i = 0; i < 50; ++i)
                QCOMPARE(cache.find({writer, i}).value(), vector(float(writer * 100 + i)));
        }
    }

    void folderThatCannotBeMadeIsSaid()
    {
        std::ofstream((m_dir->path() + "/file").toStdString()) << "x";
        const auto cache = EmbeddingCache::open((m_dir->path() + "/file/cache").toStdString(), "m", Pooling::Mean, 4);
        QVERIFY(!cache);
        QCOMPARE(cache.error().code, ErrorCode::NotWritable);
    }

    void fullDiskIsSaid()
    {
        if (!std::filesystem::exists("/dev/full"))
            QSKIP("there is no /dev/full here");
        const auto path = opened().path();
        std::filesystem::remove(path);
        std::filesystem::create_symlink("/dev/full", path);
        const auto cache = EmbeddingCache::open(m_dir->path().toStdString(), "model", Pooling::Mean, size);
        QVERIFY(!cache);
        QCOMPARE(cache.error().code, ErrorCode::NotWritable);
    }

    void stopKeepsWhatWasAdded()
    {
        CountingModel model;
        auto cache = openedFor(model);
        std::stop_source source;
        JobContext context;
        context.stop = source.get_token();
        context.report = [&](const Progress&) { source.request_stop(); };
        Texts texts;
        for (TokenId i = 0; i < 400; ++i)
            texts.push_back({i % 20, i / 20});
        const auto result = embedCached(model, texts, Pooling::Mean, cache, context);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QCOMPARE(openedFor(model).size(), std::size_t {256});
    }

private:
    static constexpr std::int64_t size = 4;

    static std::vector<float> vector(float first) { return {first, -1.5F, 0, 2}; }

    EmbeddingCache opened(const std::string& model = "model", Pooling pooling = Pooling::Mean)
    {
        return EmbeddingCache::open(m_dir->path().toStdString(), model, pooling, size).value();
    }

    EmbeddingCache openedFor(const TextModel& model)
    {
        return EmbeddingCache::open(m_dir->path().toStdString(), "fake", Pooling::Mean, model.embeddingSize()).value();
    }

    void fill()
    {
        auto cache = opened();
        QVERIFY(cache.add(Texts {{1}, {2}}, Vectors {vector(1), vector(2)}).has_value());
        m_path = cache.path();
    }

    void flipByte(std::streamoff place)
    {
        std::fstream file(m_path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(place);
        const char byte = static_cast<char>(file.get() ^ 0x40);
        file.seekp(place);
        file.put(byte);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::filesystem::path m_path;
};

QTEST_APPLESS_MAIN(TestEmbeddingCache)
#include "tst_embeddingcache.moc"
